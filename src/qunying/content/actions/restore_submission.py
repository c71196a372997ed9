"""Put a hidden submission back where it was."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Submission
from qunying.content.voices import lift_hidings, lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def restore_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, reference: str = ""
) -> UUID:
    """Lift a hiding, and return the submission's id: it is in the gallery again, or waits for review as before.

    Args:
        reference: what the hiding belongs to; what another reference hides stays hidden. Empty lifts them all.

    Raises:
        SubmissionNotFound.
    """
    found = lock_submission(submission_id)
    if lift_hidings(found, reference, actor, now) and found.state == Submission.State.HIDDEN:
        was_decided = found.decided_at is not None
        found.state = Submission.State.ACCEPTED if was_decided else Submission.State.RECEIVED
        found.save(update_fields=["state"])
    return found.id
