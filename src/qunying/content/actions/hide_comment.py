"""Take a comment out of sight."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Comment
from qunying.content.voices import lock_comment, write_hiding
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def hide_comment(
    *, command_id: str, actor: Actor, now: datetime, comment_id: UUID, reference: str = ""
) -> UUID:
    """Hide a comment, and return its id. Two references hide it twice: both must be lifted.

    Args:
        reference: what the hiding belongs to (a case, a decision); whoever restores it names the same one.

    Raises:
        CommentNotFound.
    """
    comment = lock_comment(comment_id)
    write_hiding(comment, reference, actor, now)
    if comment.state != Comment.State.HIDDEN:
        comment.state = Comment.State.HIDDEN
        comment.save(update_fields=["state"])
    return comment.id
