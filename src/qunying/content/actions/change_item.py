"""Change what an item is to be."""

from datetime import datetime
from uuid import UUID

from qunying.content.drafting import EDITABLE, ItemPlan, lock_item
from qunying.content.models import ContentItem
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def change_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, plan: ItemPlan) -> UUID:
    """Change an idea or a draft, and return its id. What is in review or scheduled is taken back first.

    Raises:
        ItemNotFound, WrongItemState, ItemFieldInvalid, BadText, SegmentNotFound.
    """
    item = lock_item(item_id, *EDITABLE)
    fields = {**plan.checked(), "changed_by": actor.key, "changed_at": now}
    ContentItem.objects.filter(pk=item.pk).update(**fields)
    return item.id
