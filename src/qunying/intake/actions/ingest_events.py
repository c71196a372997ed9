"""Events that another system reports come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.intake.reported.receive import Received, body_hash, receive
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.stream.horizon import count_behind

MAX_EVENTS = 500
RETRY_AFTER_SECONDS = 30


class StreamBehind(Problem):
    """The readers of the stream are too far behind to let more in."""

    code = "stream_behind"
    kind = Kind.LIMITED
    message = ngettext_lazy(
        "The events of before are still being read. Send the batch again in {retry_after_seconds} second.",
        "The events of before are still being read. Send the batch again in {retry_after_seconds} seconds.",
        "retry_after_seconds",
    )


class TooManyEvents(Problem):
    """The batch is too long."""

    code = "too_many_events"
    kind = Kind.INVALID
    message = _("A batch holds 1 to {most} events, not {count}.")


@dataclass(frozen=True)
class SetAside:
    """An event of the batch that was quarantined: its place in the batch, and why."""

    index: int
    reason: str
    detail: str


@dataclass(frozen=True)
class Ingested:
    """What became of a batch: everything that is named nowhere else was stored."""

    stored: int
    duplicates: list[int]
    quarantined: list[SetAside]


@action
def ingest_events(
    *, command_id: str, actor: Actor, now: datetime, source: str, events: list[str]
) -> Ingested:
    """Store up to 500 reported events, each key once; set aside what does not fit, with its reason.

    Args:
        command_id: the id of the command.
        actor: who reports.
        now: the instant of receipt.
        source: the reporting system, as the first half of each event's key.
        events: each event as JSON text with sorted keys.

    Raises:
        StreamBehind: when the readers are too far behind.
        TooManyEvents: when the batch is empty or too long.
    """
    if not 1 <= len(events) <= MAX_EVENTS:
        raise TooManyEvents(most=MAX_EVENTS, count=len(events))
    if count_behind() > settings.INGEST_MAX_LAG:
        raise StreamBehind(retry_after_seconds=RETRY_AFTER_SECONDS)
    answers = receive(source, events, now)
    set_aside = [(index, answer) for index, answer in enumerate(answers) if answer.status == "quarantined"]
    _quarantine(source, events, set_aside, actor, now)
    return Ingested(
        stored=sum(answer.status == "stored" for answer in answers),
        duplicates=[index for index, answer in enumerate(answers) if answer.status == "duplicate"],
        quarantined=[SetAside(index, answer.reason, answer.detail) for index, answer in set_aside],
    )


def _quarantine(
    source: str, events: Sequence[str], set_aside: Sequence[tuple[int, Received]], actor: Actor, now: datetime
) -> None:
    """Keep the bodies with their reasons; one that is sent again is kept once."""
    if not set_aside:
        return
    in_order = sorted(((body_hash(events[i]), i, why) for i, why in set_aside), key=lambda row: row[:2])
    hashes = [fingerprint for fingerprint, _, _ in in_order]
    bodies = [events[index] for _, index, _ in in_order]
    reasons, details = [why.reason for _, _, why in in_order], [why.detail for _, _, why in in_order]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_quarantinedevent"
            " (source, body, body_hash, reason, detail, received_at, reported_by)"
            " SELECT %s, body, hash, reason, detail, %s, %s"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS t(body, hash, reason, detail)"
            " ON CONFLICT (source, body_hash) DO NOTHING",
            [source, now, actor.key, bodies, hashes, reasons, details],
        )
