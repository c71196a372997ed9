"""End the replies to a thread, or allow them again."""

from datetime import datetime
from uuid import UUID

from qunying.content.actions.pin_post import ThreadMarked
from qunying.content.boards.speaking import require_board_duty
from qunying.content.boards.threads import PostNotFound, lock_post
from qunying.content.models import Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def lock_thread(
    *, command_id: str, actor: Actor, now: datetime, post_id: UUID, is_locked: bool
) -> ThreadMarked:
    """Lock a thread so that nobody replies any more, or unlock it.

    Raises:
        PostNotFound: when there is no such thread.
        Forbidden: when a member keeps no order there.
    """
    thread = lock_post(post_id)
    if thread.thread_id is not None:
        raise PostNotFound
    require_board_duty(actor, thread.board_id)
    Post.objects.filter(pk=thread.pk).update(is_locked=is_locked)
    return ThreadMarked(thread.pk, thread.is_locked != is_locked)
