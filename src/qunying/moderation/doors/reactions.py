"""What moderation does by itself when something has happened."""

from dataclasses import asdict
from datetime import datetime, timedelta

from qunying.kernel import actors
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.detection import screen_texts
from qunying.moderation.models import SubjectKind
from qunying.moderation.queries.get_rules import get_rules
from qunying.moderation.subjects import SubjectNotFound, get_subject
from qunying.stream.react import StreamEvent, reaction


@reaction("board_post_held", max_age=timedelta(days=7))
def bring_up_held_post(event: StreamEvent, now: datetime) -> None:
    """Open a case about a post that waits until somebody has looked."""
    if event.content_id is None:
        return
    try:
        subject = get_subject(SubjectKind.POST, event.content_id)
    except SubjectNotFound:  # deleted since
        return
    (findings,) = screen_texts([subject.text], get_rules())
    open_case(
        command_id=f"held:{event.id}",
        actor=actors.system("bring_up_held_post"),
        now=now,
        subject_kind=SubjectKind.POST,
        subject_id=event.content_id,
        findings=[asdict(finding) for finding in findings if finding.action != "tag"],
        source="detector",
    )
