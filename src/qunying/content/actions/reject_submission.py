"""Do not take a member's work."""

from datetime import datetime
from uuid import UUID

from qunying.content.events import SUBMISSION_REJECTED
from qunying.content.models import Submission
from qunying.content.typed_text import typed
from qunying.content.voices import lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


@action
def reject_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, reason: str
) -> UUID:
    """Turn a submission down with a reason, which its member reads, and return its id.

    Raises:
        SubmissionNotFound, SubmissionDecided: when it does not wait for a decision.
        BadText: without a reason.
    """
    submission = lock_submission(submission_id, Submission.State.RECEIVED)
    submission.reason = typed(reason, field="reason", max_length=500)
    submission.state, submission.decided_by, submission.decided_at = Submission.State.REJECTED, actor.key, now
    submission.save()
    record(
        NewEvent(
            type=SUBMISSION_REJECTED,
            occurred_at=now,
            received_at=now,
            member_id=submission.member_id,
            content_id=submission.pk,
            properties={"reason": submission.reason},
        )
    )
    return submission.pk
