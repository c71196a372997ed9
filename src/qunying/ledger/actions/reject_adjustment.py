"""Decide against a correction that waits."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import lock_waiting, note_decision


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
    adjustment = lock_waiting(Adjustment, adjustment_id, now)
    note_decision(adjustment, Adjustment.State.REJECTED, decided_by=actor.key, now=now)
