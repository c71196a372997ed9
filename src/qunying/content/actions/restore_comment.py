"""Show a comment."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Comment
from qunying.content.voices import lift_hidings, lock_comment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def restore_comment(
    *, command_id: str, actor: Actor, now: datetime, comment_id: UUID, reference: str = ""
) -> UUID:
    """Show a comment that waited for review or was hidden, and return its id.

    Args:
        reference: what the hiding belongs to; what another reference hides or what waits stays so. Empty lifts them all.

    Raises:
        CommentNotFound.
    """
    comment = lock_comment(comment_id)
    is_free = lift_hidings(comment, reference, actor, now)
    was_erased = not comment.text  # only erasing empties what somebody said
    if is_free and not was_erased and (comment.state == Comment.State.HIDDEN or not reference):
        comment.state = Comment.State.SHOWN
        comment.save(update_fields=["state"])
    return comment.id
