"""Take back what one has posted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.events import BOARD_POST_DELETED
from qunying.content.boards.speaking import is_own, require_self
from qunying.content.boards.threads import PostNotFound, change_state, event_of, lock_post
from qunying.content.models import Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@dataclass(frozen=True)
class Deleted:
    """The thread that it belonged to."""

    post_id: UUID
    thread_id: UUID


@action
def delete_post(
    *, command_id: str, actor: Actor, now: datetime, post_id: UUID, member_id: UUID | None = None
) -> Deleted:
    """Take a post out of sight for good. Replies to a thread go with it; moderators still see what was said.

    Args:
        post_id: the thread or reply.
        member_id: whose it is; None for posts of the staff and the brand.

    Raises:
        PostNotFound: when it is not theirs, or gone already.
    """
    if member_id is not None:
        require_self(actor, member_id)
    post = lock_post(post_id)
    own = is_own(post, member_id) if member_id else post.member_id is None and actor.kind != "member"
    if not own or post.state == Post.State.DELETED:
        raise PostNotFound
    change_state(post, Post.State.DELETED, now)
    record(event_of(post, BOARD_POST_DELETED, now))
    return Deleted(post.pk, post.thread_id or post.pk)
