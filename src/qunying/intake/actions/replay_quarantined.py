"""Events that were set aside are tried again, once what was wrong is put right."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from qunying.intake.models import QuarantinedEvent
from qunying.intake.reported.receive import receive
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

EVENTS_AT_ONCE = 500


@dataclass(frozen=True)
class Replayed:
    """What became of the events that were tried; the next call goes on after ``last_id``, None at the end."""

    tried: int
    stored: int
    duplicates: int
    still_quarantined: int
    last_id: int | None


@action
def replay_quarantined(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    reasons: list[str] | None = None,
    after_id: int = 0,
) -> Replayed:
    """Try up to 500 quarantined events again, oldest first, as if they came in now.

    Args:
        command_id: the id of the command.
        actor: who asks.
        now: the present instant.
        reasons: only events that were set aside for one of these; None means all.
        after_id: only events with a greater id.
    """
    waiting = QuarantinedEvent.objects.select_for_update(skip_locked=True).filter(
        resolved_at=None, pk__gt=after_id
    )
    if reasons is not None:
        waiting = waiting.filter(reason__in=reasons)
    rows = list(waiting.order_by("pk")[:EVENTS_AT_ONCE])
    counts = {"stored": 0, "duplicate": 0, "quarantined": 0}
    for source, group in groupby(
        sorted(rows, key=lambda row: (row.source, row.pk)), key=lambda row: row.source
    ):
        of_source = list(group)
        for row, answer in zip(of_source, receive(source, [row.body for row in of_source], now), strict=True):
            counts[answer.status] += 1
            if answer.status == "quarantined":
                row.reason, row.detail = answer.reason, answer.detail
            else:
                row.resolved_at, row.outcome = now, answer.status
    QuarantinedEvent.objects.bulk_update(rows, ["reason", "detail", "resolved_at", "outcome"])
    return Replayed(
        tried=len(rows),
        stored=counts["stored"],
        duplicates=counts["duplicate"],
        still_quarantined=counts["quarantined"],
        last_id=rows[-1].pk if len(rows) == EVENTS_AT_ONCE else None,
    )
