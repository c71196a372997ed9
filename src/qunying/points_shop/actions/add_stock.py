"""Add units to an item on offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.enlarge_pool import enlarge_pool
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def add_stock(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, units: int) -> int:
    """Add units and return how many there are in all; units are never taken away.

    Raises:
        UnknownItem, ItemState: there is none, or it is not open.
        AmountOutOfRange: not a positive number, or an absurd total.
    """
    item = lock_item(item_id, Item.State.OPEN)
    if item.pool_id is None:
        raise ValueError("an open item has a stock")
    item.stock = enlarge_pool(command_id=command_id, actor=actor, now=now, pool_id=item.pool_id, units=units)
    item.save(update_fields=["stock"])
    return item.stock
