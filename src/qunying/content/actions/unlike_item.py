"""A member takes a like back."""

from datetime import datetime
from uuid import UUID

from qunying.content.events import CONTENT_UNLIKED
from qunying.content.models import Like
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.stream.record import NewEvent, record


@action
def unlike_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, member_id: UUID) -> bool:
    """Take a like back, and tell whether there was one.

    Raises:
        MemberNotFound.
    """
    member = get_member(member_id)
    count, _by_table = Like.objects.filter(item_id=item_id, member__in=list_own_ids(member.id)).delete()
    if count:
        event = NewEvent(
            type=CONTENT_UNLIKED, occurred_at=now, received_at=now, member_id=member.id, content_id=item_id
        )
        record(event)
    return count > 0
