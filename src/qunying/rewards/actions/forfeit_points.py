"""Take points from a member who broke the rules."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line, check_amount
from qunying.ledger.queries.list_lots import count_usable
from qunying.members.queries.get_member import lock_member
from qunying.rewards.events import POINTS_FORFEITED
from qunying.rewards.points import points_event
from qunying.stream.record import record


@dataclass(frozen=True)
class PointsForfeited:
    """How many were taken, and the transaction (None when there was nothing to take)."""

    amount: int
    transaction_id: UUID | None


@action
def forfeit_points(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, amount: int, reason: str
) -> PointsForfeited:
    """Take points, those that end soonest first; at most what the member has, never a debt.

    Raises:
        MemberNotFound: there is no such member.
        AmountOutOfRange, ReasonNotFit: as ``ledger.post``.
    """
    check_amount(amount, POINTS)
    member = lock_member(member_id)
    taken = min(amount, count_usable(of_member(member.id, POINTS), now))
    if taken == 0:
        return PointsForfeited(0, None)
    lines = (Line(of_member(member.id, POINTS), -taken), Line(of_brand(POINTS, Purpose.ISSUANCE), taken))
    entry = Entry(kind="points_forfeited", part="forfeited", lines=lines, reason=reason)
    transaction_id = post(command_id=command_id, actor=actor, now=now, entry=entry)
    event = points_event(
        POINTS_FORFEITED,
        now,
        member_id=member.id,
        amount=-taken,
        reason=reason,
        transaction_id=str(transaction_id),
    )
    record(event)
    return PointsForfeited(taken, transaction_id)
