"""Ask for more units of an item on offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.propose_units import propose_units
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def add_stock(
    *, command_id: str, actor: Actor, now: datetime, item_id: UUID, units: int, reason: str
) -> UUID:
    """Ask for more units; another person adds them in the ledger. Returns the id of what waits.

    Raises:
        UnknownItem, ItemState: there is none, or it is not open.
        ReasonMissing, ReasonNotFit, AmountOutOfRange: as ``ledger.propose_units``.
    """
    item = lock_item(item_id, Item.State.OPEN)
    if item.pool_id is None:
        raise ValueError("an open item has a stock")
    return propose_units(
        command_id=command_id,
        actor=actor,
        now=now,
        pool_id=item.pool_id,
        units=units,
        name=item.title,
        reason=reason,
    )
