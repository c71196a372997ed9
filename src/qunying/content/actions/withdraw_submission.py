"""A member takes their work back."""

from datetime import datetime
from uuid import UUID

from qunying.content.events import SUBMISSION_WITHDRAWN
from qunying.content.models import Submission
from qunying.content.voices import SubmissionNotFound, lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.record import NewEvent, record


@action
def withdraw_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, member_id: UUID
) -> UUID:
    """Withdraw the consent: the work leaves the gallery at once, for good. Points that were given stay. Returns its id.

    Raises:
        SubmissionNotFound: when it is not this member's.
        SubmissionDecided: when it is withdrawn already.
    """
    states = (state for state in Submission.State.values if state != Submission.State.WITHDRAWN)
    submission = lock_submission(submission_id, *states)
    if submission.member_id not in list_own_ids(member_id):
        raise SubmissionNotFound
    submission.state, submission.decided_at = Submission.State.WITHDRAWN, now
    submission.save(update_fields=["state", "decided_at"])
    record(
        NewEvent(
            type=SUBMISSION_WITHDRAWN,
            occurred_at=now,
            received_at=now,
            member_id=submission.member_id,
            content_id=submission.pk,
        )
    )
    return submission.pk
