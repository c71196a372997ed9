"""Add units to a pool of scarce stock."""

from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.entries import MAX_UNITS, AmountOutOfRange
from qunying.ledger.stock import PoolClosed


@action
def enlarge_pool(*, command_id: str, actor: Actor, now: datetime, pool_id: UUID, units: int) -> int:
    """Add units to an open pool and return its new total.

    This is for units that were announced before, and for what a second person has approved (``propose_units``).

    Raises:
        AmountOutOfRange: not a positive number, or an absurd total.
        PoolClosed: it is closed, or there is none.
    """
    if not 0 < units <= MAX_UNITS:
        raise AmountOutOfRange(amount=units, largest=MAX_UNITS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_pool SET total = total + %s WHERE id = %s AND state = 'open' RETURNING total",
            [units, pool_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise PoolClosed
    if row[0] > MAX_UNITS:
        raise AmountOutOfRange(amount=int(row[0]), largest=MAX_UNITS)
    return int(row[0])
