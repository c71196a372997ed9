"""Events and rules for tests."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

START = datetime(2011, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def member_number(number: int) -> str:
    """Return the id of a test member."""
    return str(UUID(int=number))


def make_event(name: str, member: int | None, occurred_at: datetime, **fields: Any) -> dict[str, Any]:
    """Return one event as a row of the analysis; unnamed fields go into the properties."""
    columns = (
        "quantity",
        "amount",
        "currency",
        "product",
        "campaign_id",
        "community_id",
        "order_id",
        "received_at",
    )
    event: dict[str, Any] = {column: fields.pop(column, None) for column in columns}
    event |= {
        "id": str(UUID(int=10**9 + next(_numbers))),
        "source": "test",
        "name": name,
        "member_id": None if member is None else member_number(member),
        "anonymous_id": None,
        "content_id": None,
        "occurred_at": occurred_at,
        "received_at": event["received_at"] or occurred_at,
        "properties": {key: str(value) for key, value in fields.items()},
        "backfill": False,
    }
    return event


def make_members(count: int, created_at: datetime = START) -> list[dict[str, Any]]:
    """Return the events with which members 1 to count became known."""
    return [make_event("member_created", number, created_at) for number in range(1, count + 1)]


def up_to(events: Sequence[dict[str, Any]], as_of: datetime) -> list[dict[str, Any]]:
    """Return the events that had happened."""
    return [event for event in events if event["occurred_at"] <= as_of]


def days(count: float) -> timedelta:
    """Return a stretch of days."""
    return timedelta(days=count)
