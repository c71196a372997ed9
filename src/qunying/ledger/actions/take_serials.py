"""Take units of one or several pools, all or none."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.entries import MAX_UNITS, AmountOutOfRange
from qunying.ledger.stock import take_units


@dataclass(frozen=True)
class UnitRequest:
    """So many units of a pool. Several requests may name the same pool."""

    pool_id: UUID
    count: int


@dataclass(frozen=True)
class TakenUnits:
    """The serials taken of a pool."""

    pool_id: UUID
    serials: list[int]


@action
def take_serials(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    requests: list[UnitRequest],
) -> list[TakenUnits]:
    """Take what is asked of all pools together; requests for one pool are added up before they are checked.

    Raises:
        UnknownPool, PoolClosed, SoldOut: one of the pools cannot give what is asked, and nothing was taken.
        AmountOutOfRange: a count is not positive.
    """
    wanted: Counter[UUID] = Counter()
    for request in requests:
        if not 0 < request.count <= MAX_UNITS:
            raise AmountOutOfRange(amount=request.count, largest=MAX_UNITS)
        wanted[request.pool_id] += request.count
    return [TakenUnits(pool_id, serials) for pool_id, serials in take_units(wanted, now).items()]
