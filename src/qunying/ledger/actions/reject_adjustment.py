"""Decide against a correction that waits."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.adjusting import waiting_adjustment
from qunying.ledger.models import Adjustment


@action
def reject_adjustment(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    adjustment_id: UUID,
) -> None:
    """Reject a waiting correction; who proposed it may withdraw it this way.

    Raises:
        AdjustmentNotWaiting: it was decided, or its seven days are over.
    """
    adjustment = waiting_adjustment(adjustment_id, now)
    adjustment.state = Adjustment.State.REJECTED
    adjustment.decided_by = actor.key
    adjustment.decided_at = now
    adjustment.save()
