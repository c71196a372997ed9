"""A tag is put on a member."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.members.events import TAG_ADDED
from qunying.members.models import Tag
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record

MAX_TAG_LENGTH = 50


@dataclass(frozen=True)
class TagChanged:
    """The tag, and whether anything changed."""

    member_id: UUID
    tag: str
    changed: bool


@action
def tag_member(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    tag: str,
    source: str = Tag.Source.MANUAL,
) -> TagChanged:
    """Put a tag on a member; one that is there already stays as it is.

    Raises:
        MemberNotFound: when there is no such member.
        BadText: when the tag is empty, longer than 50 characters or not plain text.
    """
    name = checked_text(tag, field="tag", max_length=MAX_TAG_LENGTH)
    member = lock_living_member(member_id)
    tag_source = Tag.Source(source)
    _row, is_new = Tag.objects.get_or_create(
        member=member, name=name, defaults={"source": tag_source, "added_at": now}
    )
    if is_new:
        record(
            NewEvent(
                type=TAG_ADDED,
                occurred_at=now,
                received_at=now,
                member_id=member.id,
                properties={"tag": name, "source": tag_source.value},
            )
        )
    return TagChanged(member.id, name, is_new)
