"""Badges, who holds them, and what members hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from qunying.honours.awarding import find_badge
from qunying.honours.models import Badge, Honour
from qunying.members.queries.get_member import list_ids_of


@dataclass(frozen=True)
class Held:
    """A badge that a member holds. ``level`` is 0 for one without levels."""

    badge_id: UUID
    name: str
    sign: str
    about: str
    level: int
    levels: int
    reason: str
    awarded_at: datetime


def get_badge(badge_id: UUID) -> Badge:
    """Return a badge.

    Raises:
        BadgeNotFound.
    """
    return find_badge(badge_id)


def list_badges() -> QuerySet[Badge]:
    """Return all badges with how many ``holders`` each has, the active ones first."""
    holders = Count("honours", filter=Q(honours__revoked_at=None))
    return Badge.objects.annotate(holders=holders).order_by("state", "name")


def list_holders(badge_id: UUID) -> QuerySet[Honour]:
    """Return who holds a badge or had it taken back."""
    return Honour.objects.filter(badge_id=badge_id).select_related("member")


def list_held(member_ids: Collection[UUID]) -> dict[UUID, list[Held]]:
    """Return the badges of members, the latest first: two statements for any number of members.

    Args:
        member_ids: present ids; what was given to an id merged with one of them counts as theirs, once.
    """
    own = list_ids_of(member_ids)
    rows = Honour.objects.filter(member_id__in=list(own), revoked_at=None).select_related("badge")
    found: dict[UUID, dict[UUID, Held]] = {}
    for row in rows.order_by("level", "awarded_at"):
        badge = row.badge
        found.setdefault(own[row.member_id], {})[badge.pk] = Held(
            badge_id=badge.pk,
            name=badge.name,
            sign=badge.sign,
            about=badge.about,
            level=row.level if len(badge.levels) > 1 else 0,
            levels=len(badge.levels),
            reason=row.reason,
            awarded_at=row.awarded_at,
        )
    return {
        member: sorted(held.values(), key=lambda each: each.awarded_at, reverse=True)
        for member, held in found.items()
    }
