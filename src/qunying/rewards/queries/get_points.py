"""A member's points: what they have, what is on its way, what they owe, when what ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qunying.ledger.accounts import POINTS, OwnerKind, Purpose, of_member
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_accounts import list_lines_of
from qunying.ledger.queries.list_lots import Ending, list_endings
from qunying.members.queries.get_member import get_member


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
    """Return the points of a member; of one that was merged, of who they are now.

    Raises:
        MemberNotFound: when there is none.
    """
    return points_of(get_member(member_id).id, now)


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


def list_points_lines(member_id: UUID) -> QuerySet[Any]:
    """Return every line of a member's points; order them by ``-id`` for newest first.

    Raises:
        MemberNotFound: when there is none.
    """
    return list_lines_of(OwnerKind.MEMBER, get_member(member_id).id, POINTS)
