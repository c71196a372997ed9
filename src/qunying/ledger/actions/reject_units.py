"""Decide against units that somebody asked for."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.enlarging import waiting_enlargement
from qunying.ledger.models import Enlargement


@action
def reject_units(*, command_id: str, actor: Actor, now: datetime, enlargement_id: UUID) -> None:
    """Reject waiting units; who asked for them may withdraw this way.

    Raises:
        UnitsNotWaiting: it was decided, or its seven days are over.
    """
    proposed = waiting_enlargement(enlargement_id, now)
    proposed.state = Enlargement.State.REJECTED
    proposed.decided_by, proposed.decided_at = actor.key, now
    proposed.save()
