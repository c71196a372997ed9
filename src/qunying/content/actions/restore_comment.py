"""Show a comment."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Comment
from qunying.content.voices import lock_comment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def restore_comment(
    *, command_id: str, actor: Actor, now: datetime, comment_id: UUID, reference: str = ""
) -> UUID:
    """Show a comment that waited for review or was hidden, and return its id.

    Args:
        reference: the case whose hiding is taken back; a comment that another case hid stays hidden. Empty restores in any case.

    Raises:
        CommentNotFound.
    """
    comment = lock_comment(comment_id)
    if not reference or comment.state != Comment.State.HIDDEN or comment.reference == reference[:100]:
        comment.state, comment.reference = Comment.State.SHOWN, ""
        comment.save(update_fields=["state", "reference"])
    return comment.id
