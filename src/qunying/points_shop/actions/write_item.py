"""Write an item of the points shop down, or change it."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.points_shop.drafting import ItemWords, write_words
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def write_item(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    words: ItemWords,
    item_id: UUID | None = None,
    is_simulated: bool = False,
) -> UUID:
    """Keep a draft, or change one; of an open item what is sold stays.

    Raises:
        UnknownItem, ItemState: there is none, or it was taken off.
        ItemWrong, ItemFixed, BadText, UnknownTemplate, UnknownActivity: as ``write_words``.
    """
    if item_id is None:
        item = Item(created_at=now, is_simulated=is_simulated)
    else:
        item = lock_item(item_id, Item.State.DRAFT, Item.State.OPEN)
    write_words(item, words, now)
    item.save()
    return item.id
