"""Decide against units that somebody asked for."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.models import Enlargement
from qunying.ledger.proposals import lock_waiting, note_decision


@action
def reject_units(*, command_id: str, actor: Actor, now: datetime, enlargement_id: UUID) -> None:
    """Reject waiting units; who asked for them may withdraw this way.

    Raises:
        UnitsNotWaiting: it was decided, or its seven days are over.
    """
    proposed = lock_waiting(Enlargement, enlargement_id, now)
    note_decision(proposed, Enlargement.State.REJECTED, decided_by=actor.key, now=now)
