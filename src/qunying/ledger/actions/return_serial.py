"""Give a unit of scarce stock back."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.stock import put_back


@action
def return_serial(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    pool_id: UUID,
    serial: int,
) -> None:
    """Put a unit on the list of those that came back; the oldest goes out first.

    Raises:
        UnknownPool: there is no such pool.
        UnitNotOut: the serial was never given out, or is back already.
    """
    put_back(pool_id, [serial], now)
