"""Comments and submissions, found and locked for whoever judges them."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.models import Comment, Submission
from qunying.kernel.problems import Kind, Problem


class CommentNotFound(Problem):
    """There is no such comment."""

    code = "comment_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such comment.")


class SubmissionNotFound(Problem):
    """There is no such submission."""

    code = "submission_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such submission.")


class SubmissionDecided(Problem):
    """Somebody has decided on it, or the member took it back."""

    code = "submission_decided"
    kind = Kind.CONFLICT
    message = _("This submission is “{state}” by now.")


def lock_comment(comment_id: UUID) -> Comment:
    """Return a comment, its row held.

    Raises:
        CommentNotFound.
    """
    comment = Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).first()
    if comment is None:
        raise CommentNotFound
    return comment


def lock_submission(submission_id: UUID, *states: str) -> Submission:
    """Return a submission, its row held, if it is in one of the states.

    Raises:
        SubmissionNotFound, SubmissionDecided.
    """
    found = Submission.objects.select_for_update(no_key=True).filter(pk=submission_id).first()
    if found is None:
        raise SubmissionNotFound
    if states and found.state not in states:
        raise SubmissionDecided(state=str(found.get_state_display()))
    return found
