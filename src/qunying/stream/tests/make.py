"""Events for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
WAVED = EventType("hand_waved", "Waved", properties={"hand": "left or right"})


def make_event(**fields: Any) -> NewEvent:
    """Record one event of a type of ours and return it."""
    given: dict[str, Any] = {"type": WAVED, "occurred_at": NOON, "received_at": NOON, **fields}
    event = NewEvent(**given)
    with transaction.atomic():
        record(event)
    return event


def make_events(count: int, **fields: Any) -> list[UUID]:
    """Record many events in one transaction and return their ids."""
    given: dict[str, Any] = {"type": WAVED, "occurred_at": NOON, "received_at": NOON, **fields}
    events = [NewEvent(**given) for _ in range(count)]
    with transaction.atomic():
        record(*events)
    return [event.id for event in events]
