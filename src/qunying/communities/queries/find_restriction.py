"""Whether a member may speak, join or take part."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Restriction
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.remembering import remembered
from qunying.members.queries.get_member import list_own_ids, resolve_member_id
from qunying.members.queries.resolve_members import present_ids


class MemberRestricted(Problem):
    """The member may not do this at present."""

    code = "member_restricted"
    kind = Kind.CONFLICT
    message = _(
        "This is not possible for you at present. See “My penalties” for the reason and how to appeal."
    )


def find_restriction(
    member_id: UUID,
    community_id: UUID | None,
    now: datetime,
    *,
    takes: str = Restriction.Takes.SPEAKING,
) -> Restriction | None:
    """Return the strongest restriction in force that takes something from a member, or None.

    Args:
        member_id: any id of the member; those merged with them count.
        community_id: where; None asks only for what holds everywhere.
        now: the present instant.
        takes: ``speaking``, ``joining``, ``activities`` or ``rank``.
    """
    ids = list_own_ids(resolve_member_id(member_id))
    found = _in_force(now).filter(_place(community_id), member__in=ids, takes__contains=[takes])
    return found.order_by("kind", F("until").desc(nulls_first=True)).first()


def require_unrestricted(
    member_id: UUID,
    community_id: UUID | None,
    now: datetime,
    *,
    takes: str = Restriction.Takes.SPEAKING,
) -> None:
    """Refuse what a restriction takes from a member; arguments as for :func:`find_restriction`.

    Raises:
        MemberRestricted.
    """
    if find_restriction(member_id, community_id, now, takes=takes) is not None:
        raise MemberRestricted


def list_restricted(
    member_ids: Sequence[UUID], now: datetime, *, takes: str, community_id: UUID | None = None
) -> set[UUID]:
    """Return those of the members from whom something is taken: for rankings and lists, in a few statements.

    Args:
        member_ids: present ids, any number.
        now: the present instant.
        takes: as for :func:`find_restriction`.
        community_id: where; None asks only for what holds everywhere.
    """
    return set(member_ids) & _list_holders(now, takes, community_id)


@remembered
def _list_holders(now: datetime, takes: str, community_id: UUID | None) -> frozenset[UUID]:
    """Return everybody from whom something is taken, as who they are now."""
    found = _in_force(now).filter(_place(community_id), takes__contains=[takes])
    holders = set(found.values_list("member_id", flat=True))
    return frozenset(present_ids(holders).values())


def _in_force(now: datetime) -> QuerySet[Restriction]:
    return Restriction.objects.filter(Q(until=None) | Q(until__gt=now), lifted_at=None, since__lte=now)


def _place(community_id: UUID | None) -> Q:
    return Q(community=None) | Q(community=community_id) if community_id else Q(community=None)
