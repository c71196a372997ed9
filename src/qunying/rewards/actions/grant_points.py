"""Give a member points."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.actions.take_allowance import take_allowance
from qunying.accounts.allowances import Given
from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line, check_amount
from qunying.members.queries.get_member import get_living_member
from qunying.rewards.barring import PointsBarred, list_barred
from qunying.rewards.events import POINTS_GRANTED
from qunying.rewards.models import PointsGrant
from qunying.rewards.points import points_end, points_event
from qunying.rewards.suspending import check_not_suspended
from qunying.stream.record import record


@dataclass(frozen=True)
class PointsGranted:
    """The grant, and its transaction in the book."""

    grant_id: UUID
    transaction_id: UUID
    state: str


@action
def grant_points(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    amount: int,
    reason: str,
    matures_at: datetime | None = None,
    valid_days: int | None = None,
    campaign_id: UUID | None = None,
    order_id: UUID | None = None,
) -> PointsGranted:
    """Credit points, at least one: pending until ``matures_at`` (the end of the return window), else available.

    Args:
        valid_days: local days after the one on which they become available until they end (None: never).

    Raises:
        MemberNotFound: there is no such member.
        PointsBarred, RewardsSuspended: the member gets nothing of the campaign, or nothing at present.
        AllowanceExceeded: the actor's role may not give so many in a day.
        AmountOutOfRange, ReasonNotFit: as ``ledger.post``.
    """
    check_amount(amount, POINTS)
    member_id = _receiver(member_id, campaign_id, now)
    take_allowance(command_id=command_id, actor=actor, now=now, given=Given.POINTS, amount=amount)
    waits = matures_at is not None and matures_at > now
    purpose = Purpose.PENDING if waits else Purpose.AVAILABLE
    ends = None if waits else points_end(valid_days, now, get_brand().zone)
    grant_id = new_id()
    line = Line(of_member(member_id, POINTS, purpose), amount, expires_at=ends)
    entry = _entry(grant_id, line, reason, campaign_id)
    transaction_id = post(command_id=command_id, actor=actor, now=now, entry=entry)
    grant = PointsGrant.objects.create(
        id=grant_id,
        member_id=member_id,
        amount=amount,
        reason=reason,
        campaign_id=campaign_id,
        order_id=order_id,
        state=PointsGrant.State.PENDING if waits else PointsGrant.State.AVAILABLE,
        granted_at=now,
        matures_at=matures_at if waits else None,
        valid_days=valid_days,
        transaction_id=transaction_id,
    )
    event = points_event(
        POINTS_GRANTED,
        now,
        member_id=member_id,
        amount=amount,
        campaign_id=campaign_id,
        order_id=order_id,
        reason=reason,
        transaction_id=str(transaction_id),
        state=grant.state,
    )
    record(event)
    return PointsGranted(grant_id, transaction_id, grant.state)


def _receiver(member_id: UUID, campaign_id: UUID | None, now: datetime) -> UUID:
    """Return the member, who may get points of the campaign now."""
    member = get_living_member(member_id)
    if campaign_id is not None and list_barred([member.id], {campaign_id}):
        raise PointsBarred
    check_not_suspended(member.id, now)
    return member.id


def _entry(grant_id: UUID, line: Line, reason: str, campaign_id: UUID | None) -> Entry:
    """What the brand issues and the member gets."""
    issued = Line(of_brand(POINTS, Purpose.ISSUANCE), -line.amount)
    return Entry(
        kind="points_granted",
        part=str(grant_id),
        lines=(issued, line),
        reason=reason,
        campaign_id=campaign_id,
    )
