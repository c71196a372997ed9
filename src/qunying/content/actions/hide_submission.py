"""Take an accepted submission out of the gallery."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Submission
from qunying.content.voices import lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def hide_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, reference: str = ""
) -> UUID:
    """Hide a submission, and return its id; hidden already is no mistake. Points stay: taking them back is a decision of its own.

    Args:
        reference: the case that asked for it; whoever restores it names the same one.

    Raises:
        SubmissionNotFound, SubmissionDecided: when it was never accepted.
    """
    found = lock_submission(submission_id, Submission.State.ACCEPTED, Submission.State.HIDDEN)
    if found.state == Submission.State.ACCEPTED:
        found.state, found.reference = Submission.State.HIDDEN, reference[:100]
        found.save(update_fields=["state", "reference"])
    return found.id
