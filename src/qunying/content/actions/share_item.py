"""A member gets a link of their own to an item."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.events import CONTENT_SHARED
from qunying.content.models import Share
from qunying.content.once import write_once
from qunying.content.speaking import get_public_item
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class Shared:
    """The word in the link that says through whom somebody came. It names nobody."""

    token: str


@action
def share_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, member_id: UUID) -> Shared:
    """Give a member their link to an item: one for each item, however often they ask.

    Raises:
        ItemNotFound, MemberNotFound.
    """
    member, item = get_living_member(member_id), get_public_item(item_id)
    first = {"token": secrets.token_urlsafe(12), "created_at": now}
    share, is_new = write_once(
        Share.objects, member.id, about={"item": item}, first=first, guard="item_share"
    )
    if is_new:
        record(
            NewEvent(
                type=CONTENT_SHARED,
                occurred_at=now,
                received_at=now,
                member_id=member.id,
                content_id=item.pk,
                properties={"platform": "link"},
            )
        )
    return Shared(share.token)
