"""Let units that somebody else asked for come into a pool."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.enlarge_pool import enlarge_pool
from qunying.ledger.models import Enlargement
from qunying.ledger.proposals import lock_waiting, note_decision, require_second_person


@action
def approve_units(*, command_id: str, actor: Actor, now: datetime, enlargement_id: UUID) -> int:
    """Add the units as their second person and return the pool's new total.

    Raises:
        UnitsNotWaiting: it was decided, or its seven days are over.
        SecondPersonNeeded: the actor asked for them, or the person behind the actor did.
        PoolClosed: the pool was closed since.
        AmountOutOfRange: the total would be absurd.
    """
    proposed = lock_waiting(Enlargement, enlargement_id, now)
    require_second_person(proposed, actor)
    total = enlarge_pool(
        command_id=command_id, actor=actor, now=now, pool_id=proposed.pool_id, units=proposed.units
    )
    note_decision(proposed, Enlargement.State.ADDED, decided_by=actor.key, now=now)
    return total
