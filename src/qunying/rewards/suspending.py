"""Who gets no rewards at present, under whatever id they were known when that was decided."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.resolve_members import present_ids
from qunying.rewards.models import Suspension


class RewardsSuspended(Problem):
    """The member gets no rewards at present."""

    code = "rewards_suspended"
    kind = Kind.CONFLICT
    message = _(
        "Rewards are suspended for this member at present. “My penalties” shows why and how to appeal."
    )


def list_suspended(member_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Return those of the members who get no rewards, also by an id merged with them."""
    in_force = Suspension.objects.filter(
        Q(until=None) | Q(until__gt=now), lifted_at=None, since__lte=now
    ).values_list("member_id", flat=True)
    holders = set(in_force)
    if not holders:
        return set()
    return set(member_ids) & set(present_ids(holders).values())


def check_not_suspended(member_id: UUID, now: datetime) -> None:
    """Refuse a member who gets no rewards.

    Raises:
        RewardsSuspended.
    """
    if list_suspended([member_id], now):
        raise RewardsSuspended
