"""Keep a thread on top of its board, or let it go its way again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.speaking import require_board_duty
from qunying.content.boards.threads import PostNotFound, lock_post
from qunying.content.models import Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class ThreadMarked:
    """The thread; ``changed`` is False when it was so already."""

    thread_id: UUID
    changed: bool


@action
def pin_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID, is_pinned: bool) -> ThreadMarked:
    """Pin a thread to the top of its board, or unpin it.

    Raises:
        PostNotFound: when there is no such thread.
        Forbidden: when a member keeps no order there.
    """
    thread = lock_post(post_id)
    if thread.thread_id is not None:
        raise PostNotFound
    require_board_duty(actor, thread.board_id)
    Post.objects.filter(pk=thread.pk).update(is_pinned=is_pinned)
    return ThreadMarked(thread.pk, thread.is_pinned != is_pinned)
