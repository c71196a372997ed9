"""What members said below items or sent in, in whatever state, for the staff and for moderation."""

from uuid import UUID

from qunying.content.models import Comment, Submission


def find_comment(comment_id: UUID) -> Comment | None:
    """Return a comment with its item, or None."""
    return Comment.objects.select_related("item").filter(pk=comment_id).first()


def list_comments_beside(comment: Comment, size: int) -> list[Comment]:
    """Return the comments on the same item that were made last before a comment and first after it, in order of time."""
    beside = Comment.objects.filter(item=comment.item_id).exclude(pk=comment.pk)
    before = beside.filter(created_at__lte=comment.created_at).order_by("-created_at")[:size]
    after = beside.filter(created_at__gt=comment.created_at).order_by("created_at")[:size]
    return [*reversed(before), comment, *after]


def find_submission(submission_id: UUID) -> Submission | None:
    """Return a submission, or None."""
    return Submission.objects.filter(pk=submission_id).first()
