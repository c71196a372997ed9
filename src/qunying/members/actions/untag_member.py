"""A tag is taken off a member."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.members.actions.tag_member import MAX_TAG_LENGTH, TagChanged
from qunying.members.events import TAG_REMOVED
from qunying.members.models import Tag
from qunying.members.queries.get_member import lock_member
from qunying.stream.record import NewEvent, record


@action
def untag_member(*, command_id: str, actor: Actor, now: datetime, member_id: UUID, tag: str) -> TagChanged:
    """Take a tag off a member; none there is no problem.

    Raises:
        MemberNotFound: when there is no such member.
        BadText: when this cannot be a tag.
    """
    name = checked_text(tag, field="tag", max_length=MAX_TAG_LENGTH)
    member = lock_member(member_id)
    deleted, _by_model = Tag.objects.filter(member=member, name=name).delete()
    if deleted:
        record(
            NewEvent(
                type=TAG_REMOVED,
                occurred_at=now,
                received_at=now,
                member_id=member.id,
                properties={"tag": name},
            )
        )
    return TagChanged(member.id, name, bool(deleted))
