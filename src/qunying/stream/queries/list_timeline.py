"""A member's events, newest first: those of before merging and of recognised visits included."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pyarrow as pa
from deltalake import DeltaTable
from django.db import connection

from qunying.kernel.paging import MAX_PAGE_SIZE, BadCursor
from qunying.stream.lake import duckdb_connection, open_lake
from qunying.stream.partitions import list_partitions

_FIELDS = (
    "id",
    "name",
    "occurred_at",
    "community_id",
    "campaign_id",
    "content_id",
    "product",
    "order_id",
    "quantity",
    "amount_minor",
    "currency",
    "properties",
    "backfill",
)
_KEPT = f"""
SELECT * FROM (
    (SELECT {", ".join(_FIELDS)} FROM stream_event
     WHERE member_id = ANY(%(ids)s) AND (occurred_at, id) < (%(occurred_at)s, %(id)s)
     ORDER BY occurred_at DESC, id DESC LIMIT %(size)s)
    UNION ALL
    (SELECT {", ".join(_FIELDS)} FROM stream_event
     WHERE member_id IS NULL AND anonymous_id = ANY(%(ids)s) AND (occurred_at, id) < (%(occurred_at)s, %(id)s)
     ORDER BY occurred_at DESC, id DESC LIMIT %(size)s)
) AS own ORDER BY occurred_at DESC, id DESC LIMIT %(size)s
"""  # noqa: S608 - constants
_END = (datetime(9999, 12, 31, tzinfo=UTC), UUID(int=2**128 - 1))


@dataclass(frozen=True)
class TimelineEntry:
    """One event of a member."""

    id: UUID
    name: str
    occurred_at: datetime
    community_id: UUID | None
    campaign_id: UUID | None
    content_id: UUID | None
    product: str | None
    order_id: UUID | None
    quantity: int | None
    amount_minor: int | None
    currency: str | None
    properties: Mapping[str, str]
    backfill: bool


@dataclass(frozen=True)
class Timeline:
    """One page of a timeline and the cursor of the next one (None on the last)."""

    entries: list[TimelineEntry]
    next_cursor: str | None


def list_timeline(member_id: UUID, cursor: str | None = None, size: int = 50) -> Timeline:
    """Return one page of a member's events, newest first.

    The months that PostgreSQL keeps are read there; what has left it is read from the lake.

    Args:
        member_id: whose; ids merged into this one and visitors recognised as them are included.
        cursor: what the page before gave as ``next_cursor``.
        size: entries on the page, 1 to 200.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    size = max(1, min(size, MAX_PAGE_SIZE))
    before = _decoded(cursor) if cursor else _END
    ids = _own_ids(member_id)
    found = {entry.id: entry for entry in _from_lake(ids, before, size + 1)}
    found.update({entry.id: entry for entry in _from_database(ids, before, size + 1)})
    entries = sorted(found.values(), key=lambda entry: (entry.occurred_at, entry.id), reverse=True)
    if len(entries) <= size:
        return Timeline(entries, None)
    last = entries[size - 1]
    return Timeline(entries[:size], _encoded(last.occurred_at, last.id))


def _own_ids(member_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM identity_map WHERE member_id = %s", [member_id])
        return [member_id, *(key for (key,) in cursor.fetchall())]


def _from_database(ids: Sequence[UUID], before: tuple[datetime, UUID], size: int) -> list[TimelineEntry]:
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"ids": list(ids), "occurred_at": before[0], "id": before[1], "size": size})
        rows = [dict(zip(_FIELDS, row, strict=True)) for row in cursor.fetchall()]
    return [_entry({**row, "properties": json.loads(row["properties"])}) for row in rows]


def _from_lake(ids: Sequence[UUID], before: tuple[datetime, UUID], size: int) -> list[TimelineEntry]:
    """Read what was received before the oldest month that PostgreSQL still has; nothing while it has all."""
    months, table = list_partitions(), open_lake()
    files = _files_before(table, months[0].start) if table is not None and months else []
    if not files:
        return []
    with duckdb_connection() as database:
        lake = database.con.read_parquet(files, hive_partitioning=False)
        database.con.register("lake", lake)
        columns = ", ".join(_FIELDS).replace("amount_minor", "amount AS amount_minor")
        rows = database.con.sql(
            f"SELECT {columns} FROM lake WHERE received_at < $oldest"  # noqa: S608 - constants
            " AND (member_id IN $ids OR (member_id IS NULL AND anonymous_id IN $ids))"
            " AND (occurred_at, id) < ($occurred_at, $id) ORDER BY occurred_at DESC, id DESC LIMIT $size",
            params={
                "oldest": months[0].start,
                "ids": [str(own) for own in ids],
                "occurred_at": before[0],
                "id": str(before[1]),
                "size": size,
            },
        ).to_arrow_table()
    return [_entry({**row, "properties": dict(row["properties"] or [])}) for row in rows.to_pylist()]


def _files_before(table: DeltaTable, instant: datetime) -> list[str]:
    """Return the files that may hold something received before an instant."""
    added = (
        pa.table(table.get_add_actions(flatten=True))
        .select(["min.received_at"])["min.received_at"]
        .to_pylist()
    )
    if all(first is not None and first >= instant for first in added):
        return []
    return table.file_uris()


def _entry(row: Mapping[str, Any]) -> TimelineEntry:
    values = dict(row)
    for name in ("id", "community_id", "campaign_id", "content_id", "order_id"):
        if isinstance(values[name], str):
            values[name] = UUID(values[name])
    return TimelineEntry(**values)


def _encoded(occurred_at: datetime, id_: UUID) -> str:
    text = json.dumps([occurred_at.isoformat(), str(id_)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[datetime, UUID]:
    try:
        occurred_at, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        instant = datetime.fromisoformat(occurred_at)
        if instant.tzinfo is None:
            raise BadCursor
        return instant.astimezone(UTC), UUID(id_)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadCursor from error
