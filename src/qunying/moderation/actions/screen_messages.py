"""Look at what was said in communities since the last time."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.communities.queries.list_messages_after import Position, list_messages_after
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.events import MESSAGE_TAGGED
from qunying.moderation.models import Case, ScreeningProgress, SubjectKind
from qunying.moderation.queries.get_rules import get_rules
from qunying.moderation.screened_messages import screen_arrived
from qunying.stream.record import NewEvent, record


@dataclass(frozen=True)
class MessagesScreened:
    """How many messages were looked at, and how many cases were opened or added to."""

    messages: int
    cases: int
    tagged: int


@action
def screen_messages(*, command_id: str, actor: Actor, now: datetime, size: int = 300) -> MessagesScreened:
    """Screen the messages that arrived since the last time, in order of arrival, and open cases about those that break the rules.

    Who screens at the same time waits and goes on behind. A message whose case was decided is not brought up again unless it was edited.

    Args:
        size: messages to look at, at most.
    """
    ScreeningProgress.objects.get_or_create(pk=1)
    progress = ScreeningProgress.objects.select_for_update().get(pk=1)
    arrived = list_messages_after(Position(progress.transaction, progress.position), size)
    progress.transaction, progress.position = arrived.position.transaction, arrived.position.position
    progress.save()
    fresh = {message.pk: message for message in arrived.messages}
    found = screen_arrived(arrived.messages, get_rules(), now)
    known = _judged_as_it_stands(found.keys(), fresh)
    cases = tagged = 0
    for message_id, findings in found.items():
        grave = [finding for finding in findings if finding.action != "tag"]
        for tag in sorted({finding.tag for finding in findings if finding.action == "tag"}):
            message = fresh[message_id]
            record(
                NewEvent(
                    type=MESSAGE_TAGGED,
                    occurred_at=message.sent_at,
                    received_at=now,
                    member_id=message.author.member_id if message.author else None,
                    community_id=message.community_id,
                    content_id=message_id,
                    properties={"tag": tag},
                )
            )
            tagged += 1
        if grave and message_id not in known:
            open_case(
                command_id=command_id,
                actor=actor,
                now=now,
                subject_kind=SubjectKind.MESSAGE,
                subject_id=message_id,
                findings=[asdict(finding) for finding in grave],
                source="detector",
            )
            cases += 1
    return MessagesScreened(len(arrived.messages), cases, tagged)


def _judged_as_it_stands(message_ids: Iterable[UUID], fresh: Mapping[UUID, Any]) -> set[UUID]:
    """Return messages that are not brought up (again): of those looked at before all with a case, of fresh ones those that were
    decided and have not been edited since.
    """
    cases = Case.objects.filter(subject_kind=SubjectKind.MESSAGE, subject_id__in=list(message_ids))
    known = set()
    for subject_id, decided_at in cases.values_list("subject_id", "decision__decided_at"):
        message = fresh.get(subject_id)
        if message is None or (decided_at and (message.edited_at is None or message.edited_at <= decided_at)):
            known.add(subject_id)
    return known
