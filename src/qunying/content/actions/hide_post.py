"""Take a post out of sight: moderation's and the board moderators' verb."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.boards.events import BOARD_POST_HIDDEN
from qunying.content.boards.speaking import require_board_duty
from qunying.content.boards.threads import change_state, event_of, lock_post
from qunying.content.models import Post, PostHiding
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.stream.record import record


class NotForModerators(Problem):
    """A board moderator does not decide about the brand's posts."""

    code = "not_for_moderators"
    kind = Kind.CONFLICT
    message = _("Posts of the brand are for its staff to hide.")


@dataclass(frozen=True)
class Hidden:
    """The post; ``already`` when this reference had hidden it before."""

    post_id: UUID
    already: bool


@action
def hide_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID, reference: str) -> Hidden:
    """Hide a post under a reference (a case, a decision). Two references hide it twice: both must be lifted.

    Args:
        post_id: the thread or reply; what its author deleted stays deleted, and is hidden besides.
        reference: what the hiding belongs to, at most 100 characters; ``restore_post`` takes it.

    Raises:
        PostNotFound: when there is none.
        Forbidden, NotForModerators: when a member keeps no order here, or the post is the brand's.
        BadText: when the reference cannot be one.
    """
    reference = checked_text(reference, field="reference", max_length=100)
    post = lock_post(post_id)
    require_board_duty(actor, post.board_id)
    if actor.kind == "member" and post.member_id is None:
        raise NotForModerators
    hiding, new = PostHiding.objects.get_or_create(
        post=post, reference=reference, defaults={"hidden_by": actor.key, "hidden_at": now}
    )
    if not new and hiding.lifted_at is None:
        return Hidden(post.pk, already=True)
    if not new:
        hiding.hidden_by, hiding.hidden_at, hiding.lifted_by, hiding.lifted_at = actor.key, now, "", None
        hiding.save()
    if post.thread is not None and post.thread.answer_id == post.pk:
        PostHiding.objects.filter(pk=hiding.pk).update(was_answer=True)
    if post.state != Post.State.DELETED:
        change_state(post, Post.State.HIDDEN, now)
    record(event_of(post, BOARD_POST_HIDDEN, now, reference=reference, decided_by=actor.key))
    return Hidden(post.pk, already=False)
