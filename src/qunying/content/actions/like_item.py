"""A member likes an item."""

from datetime import datetime
from uuid import UUID

from qunying.content.events import CONTENT_LIKED
from qunying.content.models import Like
from qunying.content.once import write_once
from qunying.content.speaking import get_public_item
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member
from qunying.stream.record import NewEvent, record


@action
def like_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, member_id: UUID) -> bool:
    """Note that a member likes an item, and tell whether that is new.

    Raises:
        ItemNotFound, MemberNotFound.
    """
    member, item = get_living_member(member_id), get_public_item(item_id)
    _like, is_new = write_once(
        Like.objects, member.id, about={"item": item}, first={"created_at": now}, guard="item_like"
    )
    if is_new:
        event = NewEvent(
            type=CONTENT_LIKED, occurred_at=now, received_at=now, member_id=member.id, content_id=item.pk
        )
        record(event)
    return is_new
