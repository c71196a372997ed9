"""What moderation does by itself when something has happened."""

from dataclasses import asdict
from datetime import datetime, timedelta

from qunying.kernel import actors
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.detection import screen_texts
from qunying.moderation.models import SubjectKind
from qunying.moderation.queries.get_case import was_decided_since
from qunying.moderation.queries.get_rules import get_rules
from qunying.moderation.subjects import SubjectNotFound, get_subject
from qunying.stream.react import StreamEvent, reaction

WAITS = timedelta(days=7)


@reaction("board_post_held", max_age=WAITS)
def bring_up_held_post(event: StreamEvent, now: datetime) -> None:
    """Open a case about a post that waits until somebody has looked."""
    _bring_up(SubjectKind.POST, event, now)


@reaction("comment_held", max_age=WAITS)
def bring_up_held_comment(event: StreamEvent, now: datetime) -> None:
    """Open a case about a comment that waits until somebody has looked."""
    _bring_up(SubjectKind.COMMENT, event, now)


@reaction("submission_received", max_age=WAITS)
def bring_up_submission(event: StreamEvent, now: datetime) -> None:
    """Open a case about a work that breaks the rules; editors look at every work, but only moderators judge people."""
    _bring_up(SubjectKind.SUBMISSION, event, now, only_with_findings=True)


def _bring_up(
    kind: SubjectKind, event: StreamEvent, now: datetime, *, only_with_findings: bool = False
) -> None:
    if event.content_id is None or was_decided_since(kind, event.content_id, event.occurred_at):
        return
    try:
        subject = get_subject(kind, event.content_id)
    except SubjectNotFound:  # deleted since
        return
    (found,) = screen_texts([subject.text], get_rules())
    findings = [asdict(finding) for finding in found if finding.action not in {"tag", "replace"}]
    if only_with_findings and not findings:
        return
    open_case(
        command_id=f"held:{event.id}",
        actor=actors.system(f"bring_up_held_{kind}"),
        now=now,
        subject_kind=kind,
        subject_id=event.content_id,
        findings=findings,
        source="detector",
    )
