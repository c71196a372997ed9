"""Use a member's points."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line, check_amount
from qunying.members.queries.get_member import get_living_member
from qunying.rewards.events import POINTS_SPENT
from qunying.rewards.points import points_event
from qunying.stream.record import record


@dataclass(frozen=True)
class PointsSpent:
    """The transaction, by which a refund names the spend."""

    transaction_id: UUID


@action
def spend_points(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    amount: int,
    reason: str,
    campaign_id: UUID | None = None,
    order_id: UUID | None = None,
) -> PointsSpent:
    """Take points from a member, those that end soonest first.

    Raises:
        MemberNotFound: there is no such member.
        InsufficientBalance: fewer are available.
        AmountOutOfRange, ReasonNotFit: as ``ledger.post``.
    """
    check_amount(amount, POINTS)
    member = get_living_member(member_id)
    lines = (
        Line(of_member(member.id, POINTS), -amount),
        Line(of_brand(POINTS, Purpose.REDEEMED), amount),
    )
    entry = Entry(kind="points_spent", lines=lines, reason=reason, campaign_id=campaign_id)
    transaction_id = post(command_id=command_id, actor=actor, now=now, entry=entry)
    event = points_event(
        POINTS_SPENT,
        now,
        member_id=member.id,
        amount=-amount,
        campaign_id=campaign_id,
        order_id=order_id,
        reason=reason,
        transaction_id=str(transaction_id),
    )
    record(event)
    return PointsSpent(transaction_id)
