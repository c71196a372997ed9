"""Reply in a thread."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from qunying.content.boards.publishing import Posted, publish
from qunying.content.boards.speaking import author_of, require_may_speak, screened
from qunying.content.boards.text import MAX_REPLY, taken_text
from qunying.content.boards.threads import PostNotFound, lock_post
from qunying.content.models import Board, Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class ThreadLocked(Problem):
    """Nobody replies in this thread any more."""

    code = "thread_locked"
    kind = Kind.CONFLICT
    message = _("“{title}” is locked: nobody can reply any more.")


@action
def reply_to_post(
    *, command_id: str, actor: Actor, now: datetime, post_id: UUID, text: str, member_id: UUID | None = None
) -> Posted:
    """Reply to a thread, or to a reply in it, which is then quoted (one level: the quote's own quote is not shown).

    Args:
        post_id: the thread or the reply.
        text: the same small markdown as a thread's.
        member_id: who says it; None for the staff and the brand itself.

    Raises:
        PostNotFound: when what is answered does not exist or is not shown.
        ThreadLocked, BoardClosed: where nobody replies.
        SpeakingRestricted, SpeakingForbidden, PostingTooFast: who may not speak now.
        BadText: what cannot be posted.
    """
    plain = taken_text(text, field=pgettext("boards", "Text"), max_length=MAX_REPLY)
    author = author_of(actor, member_id)
    answered = lock_post(post_id)
    thread = answered.thread or answered
    shown = Post.State.PUBLISHED
    if answered.state != shown or thread.state != shown or answered.board.state == Board.State.CLOSED:
        raise PostNotFound
    if thread.is_locked:
        raise ThreadLocked(title=thread.title)
    require_may_speak(author, answered.board, now, is_reply=True)
    told = screened(author, answered.board, "", plain)
    quoted = answered if answered.thread_id else None
    return publish(Post(board=answered.board, thread=thread, quoted=quoted), author, told, now)
