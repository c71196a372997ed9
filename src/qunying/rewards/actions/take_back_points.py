"""Take granted points back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.entries import AmountOutOfRange
from qunying.rewards.events import POINTS_TAKEN_BACK
from qunying.rewards.models import PointsGrant
from qunying.rewards.points import lock_grant, points_event
from qunying.stream.record import record


@dataclass(frozen=True)
class PointsTakenBack:
    """How many were taken back, and how many of them the member owes now."""

    amount: int
    debt: int


@action
def take_back_points(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    grant_id: UUID,
    amount: int | None = None,
    reason: str = "",
) -> PointsTakenBack:
    """Take points of a grant back (None: all that are left of it), because what earned them was returned.

    Pending ones just go. Of available ones that the member has spent, the missing part becomes a debt that
    later points repay.

    Raises:
        UnknownGrant: there is no such grant.
        AmountOutOfRange: none are left of it, or fewer.
    """
    grant = lock_grant(grant_id)
    wanted = grant.left if amount is None else amount
    if not 0 < wanted <= grant.left:
        raise AmountOutOfRange(amount=wanted, largest=grant.left)
    debt = 0
    causes = [grant.transaction_id] if grant.matured_by is None else [grant.matured_by, grant.transaction_id]
    for cause in causes:  # what matured goes back to pending first, and from there to where it came from
        taken = reverse_transaction(
            command_id=command_id, actor=actor, now=now, transaction_id=cause, amount=wanted, reason=reason
        )
        debt += taken.debt
    grant.taken_back += wanted
    if grant.left == 0:
        grant.state = PointsGrant.State.TAKEN_BACK
    grant.save()
    event = points_event(
        POINTS_TAKEN_BACK,
        now,
        member_id=grant.member_id,
        amount=-wanted,
        campaign_id=grant.campaign_id,
        order_id=grant.order_id,
        reason=reason,
        transaction_id=str(taken.transaction_id),
        debt=str(debt),
    )
    record(event)
    return PointsTakenBack(wanted, debt)
