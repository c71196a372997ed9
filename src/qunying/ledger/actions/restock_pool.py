"""Let what is left of a pool end, and put new units in."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.entries import MAX_UNITS, AmountOutOfRange
from qunying.ledger.models import Pool
from qunying.ledger.stock import PoolClosed


@action
def restock_pool(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    pool_id: UUID,
    units: int,
    in_all: int,
    closes_at: datetime | None,
) -> int:
    """Let units that nobody took end, so that ``units`` can be taken until ``closes_at``; return how many came.

    Serials stay as they are: what was given out keeps its number. Units that came back go out first and are among the new ones.
    A pool that has had so many in all is left alone, so whoever comes second changes nothing.

    Args:
        in_all: how many the pool has had with these, those that ended included.

    Raises:
        AmountOutOfRange: not a positive number, more than came, or absurd.
        PoolClosed: it was closed, or there is none.
    """
    pool = Pool.objects.select_for_update().filter(pk=pool_id, state=Pool.State.OPEN).first()
    if pool is None:
        raise PoolClosed
    came = in_all - pool.total - pool.ended
    if came <= 0:
        return 0
    if not 0 < units <= came or in_all > MAX_UNITS:
        raise AmountOutOfRange(amount=units, largest=min(came, MAX_UNITS))
    pool.total = max(pool.issued, pool.issued + units - pool.returned)
    pool.ended = in_all - pool.total
    pool.closes_at = closes_at
    pool.save(update_fields=["total", "ended", "closes_at"])
    return came
