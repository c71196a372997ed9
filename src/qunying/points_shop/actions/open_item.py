"""Put an item on offer."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.create_pool import create_pool
from qunying.points_shop.drafting import FIXED
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def open_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Make its stock and show it to members, from its own beginning on.

    Raises:
        UnknownItem, ItemState: there is none, or it is open or was taken off.
    """
    item = lock_item(item_id, Item.State.DRAFT)
    fixed = {name: str(getattr(item, name)) for name in FIXED}
    rules = hashlib.sha256(json.dumps([str(item.id), fixed], sort_keys=True).encode()).hexdigest()
    item.pool_id = create_pool(
        command_id=command_id, actor=actor, now=now, kind="points_shop", total=item.stock, rules_hash=rules
    )
    item.state = Item.State.OPEN
    item.save()
