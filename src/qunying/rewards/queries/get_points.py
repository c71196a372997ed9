"""A member's points: what they have, what is on its way, what they owe, when what ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qunying.ledger.accounts import POINTS, OwnerKind, Purpose, of_member
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_lots import Ending, list_endings
from qunying.ledger.queries.list_member_lines import list_member_lines
from qunying.members.queries.get_member import get_member, list_own_ids


@dataclass(frozen=True)
class Points:
    """A member's points. ``available`` includes what ended a moment ago and was not swept yet; ``endings`` does
    not.
    """

    member_id: UUID
    available: int
    pending: int
    held: int
    debt: int
    endings: list[Ending]


def get_points(member_id: UUID, now: datetime) -> Points:
    """Return the points of a member under all of their ids; of one that was merged, of who they are now.

    Raises:
        MemberNotFound: when there is none.
    """
    member = get_member(member_id)
    # What merged members still hold comes over in a moment (``carry_balances_over``).
    return _together(member.id, [points_of(own, now) for own in list_own_ids(member.id)])


def points_of(member_id: UUID, now: datetime) -> Points:
    """Return the points of a member who is known to exist and not to be merged into another: two statements."""
    balances = {
        ref.purpose: balance
        for ref, balance in list_balances(OwnerKind.MEMBER, member_id)
        if ref.asset == POINTS
    }
    return Points(
        member_id=member_id,
        available=balances.get(Purpose.AVAILABLE, 0),
        pending=balances.get(Purpose.PENDING, 0),
        held=balances.get(Purpose.HELD, 0),
        debt=-balances.get(Purpose.DEBT, 0),
        endings=list_endings(of_member(member_id, POINTS), now),
    )


def _together(member_id: UUID, parts: list[Points]) -> Points:
    endings = [each for part in parts for each in part.endings]
    return Points(
        member_id=member_id,
        available=sum(part.available for part in parts),
        pending=sum(part.pending for part in parts),
        held=sum(part.held for part in parts),
        debt=sum(part.debt for part in parts),
        endings=sorted(endings, key=lambda each: (each.ends_at is None, each.ends_at)),
    )


def list_points_lines(member_id: UUID) -> QuerySet[Any]:
    """Return every line of a member's points; order them by ``-id`` for newest first.

    Raises:
        MemberNotFound: when there is none.
    """
    return list_member_lines(list_own_ids(get_member(member_id).id), POINTS)
