"""Take a member's work into the gallery."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.drafting import ItemFieldInvalid
from qunying.content.events import SUBMISSION_ACCEPTED
from qunying.content.models import Submission
from qunying.content.typed_text import typed
from qunying.content.voices import lock_submission
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.actions.grant_points import grant_points
from qunying.stream.record import NewEvent, record

MOST_POINTS = 10_000


@dataclass(frozen=True)
class SubmissionAccepted:
    """The submission, and the points that its member got."""

    submission_id: UUID
    points: int


@action
def accept_submission(
    *, command_id: str, actor: Actor, now: datetime, submission_id: UUID, points: int = 0, remark: str = ""
) -> SubmissionAccepted:
    """Accept a submission, show it in the gallery, and thank its member with points: once, through the ledger.

    Args:
        points: what the member gets for it, 0 for thanks only.
        remark: a note for colleagues.

    Raises:
        SubmissionNotFound, SubmissionDecided: when it does not wait for a decision.
        ItemFieldInvalid: when the points are absurd.
    """
    if not 0 <= points <= MOST_POINTS:
        raise ItemFieldInvalid(field="points", value=points)
    submission = lock_submission(submission_id, Submission.State.RECEIVED)
    if points:
        granted = grant_points(
            command_id=command_id,
            actor=actor,
            now=now,
            member_id=submission.member_id,
            amount=points,
            reason=f"submission:{submission.pk}",
        )
        submission.grant_id = granted.grant_id
    submission.state, submission.points = Submission.State.ACCEPTED, points
    submission.decided_by, submission.decided_at = actor.key, now
    submission.reason = typed(remark, field="remark", max_length=500, may_be_empty=True)
    submission.save()
    record(
        NewEvent(
            type=SUBMISSION_ACCEPTED,
            occurred_at=now,
            received_at=now,
            member_id=submission.member_id,
            content_id=submission.pk,
            properties={"points": str(points)},
        )
    )
    return SubmissionAccepted(submission.pk, points)
