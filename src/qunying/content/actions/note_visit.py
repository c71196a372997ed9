"""Somebody saw an item, or followed its link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.events import CONTENT_CLICKED, CONTENT_VIEWED
from qunying.content.models import Share
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class Visit:
    """Who came, and how.

    Args:
        item_id: what they saw.
        member_id: who, when signed in; else ``anonymous_id`` says which browser.
        community_id: the community whose post led here.
        share: the word in a member's link that led here.
        followed: whether they followed the item's own link, instead of reading it.
    """

    item_id: UUID
    member_id: UUID | None = None
    anonymous_id: UUID | None = None
    community_id: UUID | None = None
    share: str = ""
    followed: bool = False


@action
def note_visit(*, command_id: str, actor: Actor, now: datetime, visit: Visit) -> bool:
    """Note one view or click. The caller's command id makes it one a day, browser and way; nothing of value hangs on it.

    Returns:
        Whether it came through another member's link.
    """
    share = Share.objects.filter(token=visit.share, item_id=visit.item_id).first() if visit.share else None
    through = share is not None and share.member_id != visit.member_id
    record(
        NewEvent(
            type=CONTENT_CLICKED if visit.followed else CONTENT_VIEWED,
            occurred_at=now,
            received_at=now,
            member_id=visit.member_id,
            anonymous_id=None if visit.member_id else visit.anonymous_id,
            community_id=visit.community_id,
            content_id=visit.item_id,
            properties={"share": visit.share} if through else {},
        )
    )
    return through
