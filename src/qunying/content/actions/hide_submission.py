"""Take a submission out of sight."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Submission
from qunying.content.voices import lock_submission, write_hiding
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def hide_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, reference: str = ""
) -> UUID:
    """Hide a submission, in the gallery or still waiting, and return its id. Two references hide it twice: both must be lifted.

    What rules gave for it is taken back until it is restored (a reaction of rewards); the thanks of whoever accepted it stay. What is not taken or withdrawn stays so, and is hidden besides.

    Args:
        reference: what the hiding belongs to (a case, a decision); whoever restores it names the same one.

    Raises:
        SubmissionNotFound.
    """
    found = lock_submission(submission_id)
    write_hiding(found, reference, actor, now)
    if found.state in (Submission.State.RECEIVED, Submission.State.ACCEPTED):
        found.state = Submission.State.HIDDEN
        found.save(update_fields=["state"])
    return found.id
