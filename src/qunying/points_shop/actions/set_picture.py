"""Give an item its picture."""

from datetime import datetime
from uuid import UUID

from qunying.content.pictures import PictureGone, picture_path
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.points_shop.finding import lock_item
from qunying.points_shop.models import Item


@action
def set_picture(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, sha256: str) -> None:
    """Show a picture that was kept (``content.pictures``), or none when the name is empty.

    Raises:
        UnknownItem, ItemState: there is none, or it was taken off.
        PictureGone: no such picture was kept.
    """
    item = lock_item(item_id, Item.State.DRAFT, Item.State.OPEN)
    if sha256 and not (len(sha256) == 64 and sha256.isalnum() and picture_path(sha256).exists()):
        raise PictureGone
    item.picture = sha256
    item.save(update_fields=["picture"])
