"""Let units that somebody else asked for come into a pool."""

from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.person_behind import person_behind
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.approve_adjustment import SecondPersonNeeded
from qunying.ledger.actions.enlarge_pool import enlarge_pool
from qunying.ledger.enlarging import waiting_enlargement
from qunying.ledger.models import Enlargement


@action
def approve_units(*, command_id: str, actor: Actor, now: datetime, enlargement_id: UUID) -> int:
    """Add the units as their second person and return the pool's new total.

    Raises:
        UnitsNotWaiting: it was decided, or its seven days are over.
        SecondPersonNeeded: the actor asked for them, or the person behind the actor did.
        PoolClosed: the pool was closed since.
        AmountOutOfRange: the total would be absurd.
    """
    proposed = waiting_enlargement(enlargement_id, now)
    if person_behind(proposed.proposed_by) == person_behind(actor.key):
        raise SecondPersonNeeded
    total = enlarge_pool(
        command_id=command_id, actor=actor, now=now, pool_id=proposed.pool_id, units=proposed.units
    )
    proposed.state = Enlargement.State.ADDED
    proposed.decided_by, proposed.decided_at = actor.key, now
    proposed.save()
    return total
