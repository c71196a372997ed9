"""Recording: events are written in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import LiteralString
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from qunying.kernel.ids import new_id
from qunying.stream.events import EventType

OWN_SOURCE = "qunying"

_COLUMNS = (
    "id, source, source_event_id, name, member_id, anonymous_id, occurred_at, received_at, community_id, campaign_id,"
    " content_id, product, order_id, quantity, amount_minor, currency, properties, backfill"
)


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """An event to be recorded. Amounts are minor units; properties are text by text."""

    type: EventType
    occurred_at: datetime
    received_at: datetime
    member_id: UUID | None = None
    anonymous_id: UUID | None = None
    community_id: UUID | None = None
    campaign_id: UUID | None = None
    content_id: UUID | None = None
    product: str | None = None
    order_id: UUID | None = None
    quantity: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    backfill: bool = False
    id: UUID = field(default_factory=new_id)
    source: str = OWN_SOURCE
    source_event_id: str | None = None


def record(*events: NewEvent) -> None:
    """Write events to the stream inside the caller's transaction.

    Raises:
        ValueError: when a property is not declared by the event's type, or there is no transaction to belong to.
    """
    if not transaction.get_connection().in_atomic_block:
        raise ValueError("events belong to the transaction of what they tell of")
    row = f"({', '.join(['%s'] * 18)})"
    with connection.cursor() as cursor:
        # Not executemany: the audit trail's context, set around a request, gets in its way.
        for some in batched(events, 500, strict=False):
            cursor.execute(
                f"INSERT INTO stream_event ({_COLUMNS}) VALUES {', '.join([row] * len(some))}",  # noqa: S608 - constants
                [value for event in some for value in _row(event)],
            )


def record_from_query(select: LiteralString, parameters: Sequence[object] = ()) -> int:
    """Write the rows of a SELECT to the stream, set-based; for imports. The columns are those of ``NewEvent`` in the table's order.

    Returns:
        How many events were written.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO stream_event ({_COLUMNS}) {select}", parameters)
        return cursor.rowcount


def _row(event: NewEvent) -> Iterable[object]:
    unknown = set(event.properties) - set(event.type.properties)
    if unknown:
        raise ValueError(f"{event.type.name} does not declare {sorted(unknown)}")
    return (
        event.id,
        event.source,
        event.source_event_id or str(event.id),
        event.type.name,
        event.member_id,
        event.anonymous_id,
        event.occurred_at,
        event.received_at,
        event.community_id,
        event.campaign_id,
        event.content_id,
        event.product,
        event.order_id,
        event.quantity,
        event.amount_minor,
        event.currency,
        Jsonb(dict(event.properties)),
        event.backfill,
    )
