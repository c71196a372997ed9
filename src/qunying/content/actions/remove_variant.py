"""Take a variant out again."""

from datetime import datetime
from uuid import UUID

from qunying.content.drafting import EDITABLE, lock_item
from qunying.content.models import Variant, VariantPicture
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def remove_variant(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, platform: str) -> bool:
    """Remove the form of an item on a platform, and tell whether there was one.

    Raises:
        ItemNotFound, WrongItemState.
    """
    item = lock_item(item_id, *EDITABLE)
    VariantPicture.objects.filter(variant__item=item, variant__platform=platform).delete()
    count, _by_table = Variant.objects.filter(item=item, platform=platform).delete()
    item.changed_by, item.changed_at = actor.key, now
    item.save(update_fields=["changed_by", "changed_at"])
    return count > 0
