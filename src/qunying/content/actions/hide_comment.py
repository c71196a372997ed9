"""Take a comment out of sight."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Comment
from qunying.content.voices import lock_comment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def hide_comment(
    *, command_id: str, actor: Actor, now: datetime, comment_id: UUID, reference: str = ""
) -> UUID:
    """Hide a comment, and return its id; hidden already is no mistake.

    Args:
        reference: the case that asked for it; whoever restores it names the same one.

    Raises:
        CommentNotFound.
    """
    comment = lock_comment(comment_id)
    if comment.state != Comment.State.HIDDEN:
        comment.state, comment.reference = Comment.State.HIDDEN, reference[:100]
        comment.save(update_fields=["state", "reference"])
    return comment.id
