"""Recording inside a request: the audit trail puts its context before each statement."""

from datetime import UTC, datetime

import pghistory
import pytest

from qunying.stream.events import EventType
from qunying.stream.models import Event
from qunying.stream.record import NewEvent, record

pytestmark = pytest.mark.django_db


def test_many_events_are_recorded_within_an_audited_request(monkeypatch):
    monkeypatch.setattr(EventType, "known", {})
    happened = EventType("thing_happened", "Thing happened")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    with pghistory.context(user="somebody"):
        record(*[NewEvent(type=happened, occurred_at=now, received_at=now) for _ in range(1001)])
        record()
    assert Event.objects.filter(name="thing_happened").count() == 1001
