"""Take back a hiding: what was hidden under a reference is seen again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.events import BOARD_POST_RESTORED
from qunying.content.boards.speaking import require_board_duty
from qunying.content.boards.threads import change_state, event_of, lock_post
from qunying.content.models import Post, PostHiding
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.stream.record import record


@dataclass(frozen=True)
class Restored:
    """The posts whose hiding under the reference was lifted; they are seen unless something else hides them, or they waited for review."""

    post_ids: list[UUID]


@action
def restore_post(*, command_id: str, actor: Actor, now: datetime, reference: str) -> Restored:
    """Lift every hiding of a reference. A post is seen again when no other reference hides it and its author has not deleted it.

    Args:
        reference: as given to ``hide_post``; one that hides nothing changes nothing.

    Raises:
        Forbidden: when a member would lift what another hid.
    """
    hidings = PostHiding.objects.filter(reference=reference[:100], lifted_at=None)
    post_ids = list(hidings.order_by("post").values_list("post", flat=True))
    restored = []
    for post_id in post_ids:
        post = lock_post(post_id)
        require_board_duty(actor, post.board_id)
        hiding = hidings.filter(post=post).first()  # again, now that the row is ours
        if hiding is None:
            continue
        if actor.kind == "member" and hiding.hidden_by != actor.key:
            raise Forbidden(action="content.restore_post")
        hiding.lifted_by, hiding.lifted_at = actor.key, now
        hiding.save()
        if post.state == Post.State.HIDDEN and not post.hidings.filter(lifted_at=None).exists():
            # What nobody has seen yet waits again until somebody has looked.
            change_state(post, Post.State.PUBLISHED if post.was_published else Post.State.HELD, now)
            _accept_again(post)
        record(event_of(post, BOARD_POST_RESTORED, now, reference=reference, decided_by=actor.key))
        restored.append(post.pk)
    return Restored(restored)


def _accept_again(post: Post) -> None:
    """Make a reply the answer that it was when it was hidden, unless another took its place; the thread's row is held."""
    if post.thread is not None and post.hidings.filter(was_answer=True).update(was_answer=False):
        Post.objects.filter(pk=post.thread.pk, answer=None).update(answer=post)
