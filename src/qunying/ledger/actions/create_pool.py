"""Make a pool of scarce stock."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.entries import MAX_UNITS, AmountOutOfRange
from qunying.ledger.models import Pool


@action
def create_pool(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    kind: str,
    total: int,
    rules_hash: str,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> UUID:
    """Make a pool of ``total`` units and return its id.

    Args:
        kind: what the units are, e.g. ``coupon``.
        rules_hash: hash of the rules under which units are given out, so that a later change of the rules
            shows.
        opens_at, closes_at: when units may be taken (None: no bound).

    Raises:
        AmountOutOfRange: the total is not positive, or absurd.
    """
    if not 0 < total <= MAX_UNITS:
        raise AmountOutOfRange(amount=total, largest=MAX_UNITS)
    pool = Pool.objects.create(
        id=new_id(),
        kind=kind,
        total=total,
        rules_hash=rules_hash,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return pool.id
