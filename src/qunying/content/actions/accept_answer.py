"""Say which reply answered a question."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.boards.events import BOARD_ANSWER_ACCEPTED
from qunying.content.boards.speaking import is_board_moderator, is_own, require_self
from qunying.content.boards.threads import PostNotFound, event_of, lock_post
from qunying.content.models import Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import record


class NoQuestion(Problem):
    """Only a question has an answer."""

    code = "no_question"
    kind = Kind.INVALID
    message = _("Only replies to a question can be accepted as its answer.")


@dataclass(frozen=True)
class Accepted:
    """The question and its answer; ``changed`` is False when it was the answer already."""

    thread_id: UUID
    answer_id: UUID
    changed: bool


@action
def accept_answer(
    *, command_id: str, actor: Actor, now: datetime, post_id: UUID, member_id: UUID | None = None
) -> Accepted:
    """Accept a reply as the answer; it takes the place of the one accepted before.

    Args:
        post_id: the reply.
        member_id: who accepts: the asker, or a moderator of the board. None for the staff.

    Raises:
        PostNotFound: when the reply or its question is not shown.
        NoQuestion: when it replies to no question.
        Forbidden: when the member neither asked nor keeps order there.
    """
    reply = lock_post(post_id)
    thread = reply.thread
    if thread is None or not thread.is_question:
        raise NoQuestion
    if {reply.state, thread.state} != {Post.State.PUBLISHED}:
        raise PostNotFound
    if member_id is not None:
        require_self(actor, member_id)
        if not (is_own(thread, member_id) or is_board_moderator(thread.board_id, member_id)):
            raise Forbidden(action="content.accept_answer")
    changed = thread.answer_id != reply.pk
    if changed:
        Post.objects.filter(pk=thread.pk).update(answer=reply)
        record(
            event_of(
                reply,
                BOARD_ANSWER_ACCEPTED,
                now,
                thread=str(thread.pk),
                accepted_by=str(member_id) if member_id else "staff",
            )
        )
    return Accepted(thread.pk, reply.pk, changed)
