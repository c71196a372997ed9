"""Note an idea for content."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.drafting import ItemPlan
from qunying.content.models import ContentItem
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class ItemCreated:
    """The new item."""

    item_id: UUID


@action
def create_item(*, command_id: str, actor: Actor, now: datetime, plan: ItemPlan) -> ItemCreated:
    """Note an idea: the beginning of an item's life.

    Raises:
        ItemFieldInvalid, BadText, SegmentNotFound: when a field cannot be what it is.
    """
    item = ContentItem.objects.create(
        **plan.checked(), created_by=actor.key, created_at=now, changed_by=actor.key, changed_at=now
    )
    return ItemCreated(item.id)
