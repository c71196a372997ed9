"""Make a link under which a member passes a thread on."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.events import BOARD_POST_SHARED
from qunying.content.boards.speaking import require_self
from qunying.content.boards.threads import event_of
from qunying.content.models import PostShare
from qunying.content.once import write_once
from qunying.content.queries.threads import get_thread
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member
from qunying.stream.record import record


@dataclass(frozen=True)
class SharedPost:
    """The token of the link."""

    token: str


@action
def share_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID, member_id: UUID) -> SharedPost:
    """Return the member's own link to a thread, made the first time; who opens it came through them.

    Raises:
        PostNotFound: when the thread is not shown.
        MemberNotFound: when there is no such member.
    """
    require_self(actor, member_id)
    member, thread = get_living_member(member_id), get_thread(post_id)
    first = {"token": secrets.token_urlsafe(16), "shared_at": now}
    share, new = write_once(PostShare.objects, member.id, about={"post": thread}, first=first, guard="share")
    if new:
        record(event_of(thread, BOARD_POST_SHARED, now, by=member.id))
    return SharedPost(share.token)
