"""Take one unit of scarce stock."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.stock import take_one


@action
def take_serial(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    pool_id: UUID,
) -> int:
    """Return the serial of a unit: the one that came back first, else the next new one.

    Raises:
        UnknownPool, PoolClosed, SoldOut.
    """
    return take_one(pool_id, now)
