"""Ask for more units in a pool of scarce stock."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.entries import MAX_UNITS, AmountOutOfRange
from qunying.ledger.models import Enlargement
from qunying.ledger.proposals import WAITING_TIME, checked_words
from qunying.ledger.stock import lock_left


@action
def propose_units(
    *, command_id: str, actor: Actor, now: datetime, pool_id: UUID, units: int, name: str, reason: str
) -> UUID:
    """Ask for units to be added to an open pool and return the id of the proposal; it waits seven days for another person.

    Args:
        name: what the units are of, for who decides.

    Raises:
        ReasonMissing, ReasonNotFit: nobody knows why, or a reason that names a person's contact.
        AmountOutOfRange: not a positive number, or absurd.
        UnknownPool, PoolClosed: there is no such pool, or it is not its time.
    """
    (reason,) = checked_words(reason)
    if not 0 < units <= MAX_UNITS:
        raise AmountOutOfRange(amount=units, largest=MAX_UNITS)
    lock_left(pool_id, now)
    proposed = Enlargement.objects.create(
        id=new_id(),
        pool_id=pool_id,
        units=units,
        name=name[:200],
        reason=reason,
        state=Enlargement.State.PROPOSED,
        proposed_by=actor.key,
        proposed_at=now,
        expires_at=now + WAITING_TIME,
    )
    return proposed.id
