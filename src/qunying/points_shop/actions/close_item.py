"""Take an item off the shop."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.close_pool import close_pool
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def close_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Sell no more of it; what was bought stays bought, and can still be cancelled.

    Raises:
        UnknownItem, ItemState: there is none, or it is not open.
    """
    item = lock_item(item_id, Item.State.OPEN)
    if item.pool_id is not None:
        close_pool(command_id=command_id, actor=actor, now=now, pool_id=item.pool_id)
    item.state = Item.State.CLOSED
    item.save()
