"""Telling the stream what became of an activity."""

from datetime import datetime
from uuid import UUID

from qunying.activities.models import Activity
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record


def event_of(
    event: EventType, activity: Activity, now: datetime, member_id: UUID | None = None, **properties: str
) -> NewEvent:
    """Return an event about an activity, to be recorded."""
    return NewEvent(
        type=event,
        occurred_at=now,
        received_at=now,
        member_id=member_id,
        campaign_id=activity.campaign_id,
        properties={"activity_id": str(activity.id), "kind": activity.kind, **properties},
    )


def tell(
    event: EventType, activity: Activity, now: datetime, member_id: UUID | None = None, **properties: str
) -> None:
    """Record an event about an activity."""
    record(event_of(event, activity, now, member_id, **properties))
