"""Put a hidden submission back into the gallery."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Submission
from qunying.content.voices import lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def restore_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, reference: str = ""
) -> UUID:
    """Show a submission again that was hidden, and return its id.

    Args:
        reference: the case whose hiding is taken back; what another case hid stays hidden. Empty restores in any case.

    Raises:
        SubmissionNotFound, SubmissionDecided: when it was never accepted.
    """
    found = lock_submission(submission_id, Submission.State.ACCEPTED, Submission.State.HIDDEN)
    if found.state == Submission.State.HIDDEN and (not reference or found.reference == reference[:100]):
        found.state, found.reference = Submission.State.ACCEPTED, ""
        found.save(update_fields=["state", "reference"])
    return found.id
