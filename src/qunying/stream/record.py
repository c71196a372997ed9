"""Recording: events are written in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, LiteralString
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from qunying.kernel.ids import new_id
from qunying.stream.events import EventType
from qunying.stream.react import has_reaction
from qunying.stream.wake import EXPORT, REACTIONS, wake

OWN_SOURCE = "qunying"

# Of the event table, in this order; for statements that write an event among other things.
COLUMNS: LiteralString = (
    "id, source, source_event_id, name, member_id, anonymous_id, occurred_at, received_at, community_id,"
    " campaign_id, content_id, product, order_id, quantity, amount_minor, currency, properties, backfill"
)
_WIDTH = COLUMNS.count(",") + 1
MOST_IN_ONE_STATEMENT = 20

type Outcome = Literal["stored", "duplicate", "conflict"]


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


@dataclass(frozen=True, kw_only=True)
class ReceivedEvent:
    """An event that another system reports, already checked. Its key makes it count once."""

    id: UUID
    source: str
    source_event_id: str
    body_hash: str
    name: str
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


def record(*events: NewEvent) -> None:
    """Write events to the stream inside the caller's transaction.

    Raises:
        ValueError: when a property is not declared by the event's type, an instant has no zone, or there is no
            transaction to belong to.
    """
    _require_transaction()
    if len(events) > MOST_IN_ONE_STATEMENT:
        _copy(_row(event) for event in events)
    elif events:
        row = f"({', '.join(['%s'] * _WIDTH)})"
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO stream_event ({COLUMNS}) VALUES {', '.join([row] * len(events))}",  # noqa: S608 - constants
                [value for event in events for value in _row(event)],
            )
    if any(has_reaction(event.type.name) and not event.backfill for event in events):
        wake(REACTIONS)


def wake_reactions(type: EventType) -> None:  # noqa: A002 - the word of the domain
    """Ask for reactions to an event that a statement of its own has written."""
    if has_reaction(type.name):
        wake(REACTIONS)


def record_from_query(select: LiteralString, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Write the rows of a SELECT to the stream, set-based; for imports and other bulk work.

    Args:
        select: its columns are id, source, source_event_id, name, member_id, anonymous_id, occurred_at,
            received_at, community_id, campaign_id, content_id, product, order_id, quantity, amount_minor,
            currency, properties (jsonb, text by text), backfill.
        parameters: of the SELECT.

    Returns:
        How many events were written.

    Raises:
        ValueError: when there is no transaction to belong to.
    """
    _require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO stream_event ({COLUMNS}) {select}", parameters)
        count = int(cursor.rowcount)
    wake(REACTIONS)
    wake(EXPORT)
    return count


def record_received(events: Sequence[ReceivedEvent]) -> list[Outcome]:
    """Write events from outside, each key once, in three statements whatever their number.

    Returns:
        Per event: ``stored``; ``duplicate`` when the same event is there already; ``conflict`` when its key is
        there with another body.

    Raises:
        ValueError: when there is no transaction to belong to.
    """
    _require_transaction()
    firsts: dict[tuple[str, str], ReceivedEvent] = {}
    for event in events:
        firsts.setdefault((event.source, event.source_event_id), event)
    known = _claim_keys(list(firsts.values()))
    fresh = [event for key, event in firsts.items() if key not in known]
    if fresh:
        _copy((event.id, event.source, event.source_event_id, event.name, *_facts(event)) for event in fresh)
    if any(has_reaction(event.name) and not event.backfill for event in fresh):
        wake(REACTIONS)
    outcomes: list[Outcome] = []
    for event in events:
        key = (event.source, event.source_event_id)
        if key not in known and firsts[key] is event:
            outcomes.append("stored")
        elif (known.get(key) or firsts[key].body_hash) == event.body_hash:
            outcomes.append("duplicate")
        else:
            outcomes.append("conflict")
    return outcomes


def _copy(rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY stream_event ({COLUMNS}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _claim_keys(events: Sequence[ReceivedEvent]) -> dict[tuple[str, str], str]:
    """Take the keys that are free; return those that were taken before, with the hash of their body."""
    keys = [(event.source, event.source_event_id) for event in events]
    columns = [list(column) for column in zip(*keys, strict=True)] or [[], []]
    with connection.cursor() as cursor:
        # In the order of the keys, so that two batches with the same events wait instead of dying of deadlock.
        cursor.execute(
            "INSERT INTO stream_eventkey (source, source_event_id, body_hash, received_at)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[]) AS t(source, key, hash, at)"
            ' ORDER BY source COLLATE "C", key COLLATE "C"'
            " ON CONFLICT DO NOTHING RETURNING source, source_event_id",
            [*columns, [event.body_hash for event in events], [event.received_at for event in events]],
        )
        taken = set(cursor.fetchall())
        if len(taken) == len(keys):
            return {}
        rest = [key for key in keys if key not in taken]
        cursor.execute(
            "SELECT source, source_event_id, body_hash FROM stream_eventkey JOIN unnest(%s::text[], %s::text[])"
            " AS t(source, source_event_id) USING (source, source_event_id)",
            [[source for source, _ in rest], [key for _, key in rest]],
        )
        return {(source, key): body_hash for source, key, body_hash in cursor.fetchall()}


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise ValueError("events belong to the transaction of what they tell of")


def _row(event: NewEvent) -> list[Any]:
    unknown = set(event.properties) - set(event.type.properties)
    if unknown:
        raise ValueError(f"{event.type.name} does not declare {sorted(unknown)}")
    if event.occurred_at.tzinfo is None or event.received_at.tzinfo is None:
        raise ValueError("an instant says its zone")
    source_event_id = event.source_event_id or str(event.id)
    return [event.id, event.source, source_event_id, event.type.name, *_facts(event)]


def _facts(event: NewEvent | ReceivedEvent) -> Iterable[Any]:
    return (
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
