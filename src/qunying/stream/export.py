"""Exporting the stream to the lake, each event exactly once.

The lake itself says how far it has come: every commit carries, as its application transaction, the PostgreSQL
transaction below which it holds every event. The rows and the mark are one commit, so a crash anywhere leaves
either both or neither. Nothing else is trusted: the cursor row in PostgreSQL is a copy for showing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import structlog
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError
from django.db import connection

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Problem
from qunying.stream.horizon import Horizon, safe_horizon
from qunying.stream.lake import (
    LAKE_APPLICATION,
    check_database_age,
    duckdb_connection,
    lake_folder,
    lake_mark,
    load,
    open_lake,
)
from qunying.stream.models import Cursor
from qunying.stream.schema import COPY_COLUMNS, EVENT_SCHEMA

LAKE_READER = "lake"
ROWS_AT_ONCE = 500_000
ROWS_PER_GROUP = 122_880
WRITER_LOCK = 0x51_59_4C_41_4B_45  # "QYLAKE"

WRITER = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=ROWS_PER_GROUP)
TABLE_SETTINGS = {
    "delta.checkpointInterval": "20",
    "delta.logRetentionDuration": "interval 7 days",
    "delta.dataSkippingStatsColumns": "name,member_id,occurred_at,received_at",
}
# Sorted from the start: a month that was exported at once needs no compaction.
ORDER = "month, member_id NULLS LAST, occurred_at, id"

_ROWS = (
    f"SELECT {COPY_COLUMNS}, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month"  # noqa: S608 - constants
    " FROM stream_event WHERE transaction >= %s AND transaction < %s"
)
_ROWS_SCHEMA = EVENT_SCHEMA.append(pa.field("month", pa.string()))

log = structlog.get_logger()


@dataclass(frozen=True)
class Exported:
    """What one export did. ``mark`` is the transaction below which the lake holds everything."""

    rows: int
    mark: int
    lake_version: int | None
    was_busy: bool = False


def export_to_lake(now: datetime) -> Exported:
    """Bring everything below the safe horizon into the lake. One at a time; a second one says it was busy.

    Raises:
        DatabaseBehindLake: when the database is older than the lake.
    """
    with sole_writer() as is_sole:
        table = open_lake()
        mark = _mark(table)
        if not is_sole:
            return Exported(0, mark, table.version() if table else None, was_busy=True)
        check_database_age(mark)
        horizon = safe_horizon()
        rows = 0
        while mark < horizon.transaction:
            boundary = _boundary(mark, horizon)
            count = _export_chunk(table, mark, boundary)
            failpoint("export.committed")
            rows += count
            if count:
                table = open_lake()
            mark = boundary
            _copy_mark(mark, horizon, now)
            failpoint("export.mark_copied")
        log.info("exported", rows=rows, mark=mark)
        return Exported(rows, mark, table.version() if table else None)


def export_after_import(now: datetime) -> None:
    """Bring what an import has written into the lake at once, so that the next analysis reads files.

    The import is committed and does not depend on it: what goes wrong here is logged, and the next export
    makes up for it.
    """
    try:
        export_to_lake(now)
    except (Problem, CommitFailedError, OSError) as error:
        log.warning("export_after_import_failed", exc_info=error)


@contextmanager
def sole_writer() -> Iterator[bool]:
    """Hold the lock of the lake's writer; yields whether it could be had.

    Should the lock be lost with the connection, two writers that start from one version still cannot both commit:
    the lake refuses the second.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WRITER_LOCK])
        (is_ours,) = cursor.fetchone()
    try:
        yield bool(is_ours)
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [WRITER_LOCK])


def _mark(table: DeltaTable | None) -> int:
    if disabled_guard("export.mark_in_lake"):
        copied = Cursor.objects.filter(reader=LAKE_READER).first()
        return copied.transaction if copied else 0
    return lake_mark(table)


def _boundary(mark: int, horizon: Horizon) -> int:
    """Return the transaction before which the next chunk ends: whole ones, about ``ROWS_AT_ONCE`` rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT transaction FROM stream_event WHERE transaction >= %s AND transaction < %s"
            " ORDER BY transaction, position OFFSET %s LIMIT 1",
            [mark, horizon.transaction, ROWS_AT_ONCE],
        )
        row = cursor.fetchone()
        if row is None:
            return horizon.transaction
        cursor.execute("SELECT min(transaction) FROM stream_event WHERE transaction >= %s", [mark])
        (first,) = cursor.fetchone()
    return int(row[0]) if row[0] > first else int(first) + 1


def _export_chunk(table: DeltaTable | None, mark: int, boundary: int) -> int:
    """Append the events of the transactions from ``mark`` to below ``boundary``; return how many they are."""
    with duckdb_connection() as database:
        if not load(database, "chunk", _ROWS_SCHEMA, _ROWS, [mark, boundary]):
            return 0
        failpoint("export.read")
        append(table, database.con.table("chunk").order(ORDER).to_arrow_reader(), mark=boundary)
        return int(database.con.table("chunk").count("*").fetchall()[0][0])


def append(table: DeltaTable | None, rows: Any, *, mark: int) -> None:
    """Commit rows together with the mark that they bring the lake to."""
    write_deltalake(
        table if table is not None else lake_folder(),
        rows.cast(_ROWS_SCHEMA),
        mode="append",
        partition_by=["month"],
        configuration=TABLE_SETTINGS if table is None else None,
        writer_properties=WRITER,
        commit_properties=CommitProperties(app_transactions=[Transaction(LAKE_APPLICATION, mark)]),
    )


def _copy_mark(mark: int, horizon: Horizon, now: datetime) -> None:
    seen = horizon.seen if mark == horizon.transaction else _numbered_below(mark, horizon)
    Cursor.objects.update_or_create(
        reader=LAKE_READER, defaults={"transaction": mark, "position": 0, "seen": seen, "moved_at": now}
    )


def _numbered_below(mark: int, horizon: Horizon) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(position) FROM stream_event WHERE transaction >= %s", [mark])
        (position,) = cursor.fetchone()
    return horizon.seen if position is None else int(position)
