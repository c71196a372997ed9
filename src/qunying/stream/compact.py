"""Keeping the lake quick to read: months of many small files are rewritten in the order of their members."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import structlog
from deltalake import DeltaTable, write_deltalake

from qunying.kernel.failpoints import failpoint
from qunying.stream.export import ORDER, WRITER, sole_writer
from qunying.stream.lake import duckdb_connection, open_lake
from qunying.stream.schema import EVENT_SCHEMA

SMALL_FILE_BYTES = 16 * 1024**2
SMALL_FILES_ALLOWED = 8
READERS_MAY_TAKE = timedelta(hours=24)

log = structlog.get_logger()


@dataclass(frozen=True)
class Compacted:
    """What one compaction did."""

    months: list[str]
    files_removed: int
    was_busy: bool = False


def compact_lake(now: datetime, *, small_files_allowed: int = SMALL_FILES_ALLOWED) -> Compacted:
    """Rewrite each month with too many small files, sorted by member, time and id; drop files of no use.

    Args:
        now: the present instant, for the log.
        small_files_allowed: how many files below 16 MB a month may have.
    """
    with sole_writer() as is_sole:
        table = open_lake()
        if table is None or not is_sole:
            return Compacted([], 0, was_busy=not is_sole)
        months = _months_to_compact(table, small_files_allowed)
        for month in months:
            _rewrite(open_lake() or table, month)
            failpoint("compact.committed")
        newest = open_lake() or table
        removed = newest.vacuum(
            retention_hours=int(READERS_MAY_TAKE / timedelta(hours=1)),
            dry_run=False,
            enforce_retention_duration=False,
        )
    log.info("compacted", months=months, files_removed=len(removed), at=now.isoformat())
    return Compacted(months, len(removed))


def month_files(table: DeltaTable, month: str) -> list[str]:
    """Return the active files of one month."""
    return [uri for uri in table.file_uris() if _month_of_file(uri) == month]


def _month_of_file(uri: str) -> str:
    return unquote(Path(uri).parent.name).removeprefix("month=")


def _months_to_compact(table: DeltaTable, small_files_allowed: int) -> list[str]:
    actions = pa.table(table.get_add_actions(flatten=True)).select(["path", "size_bytes"]).to_pylist()
    small = Counter(_month_of_file(row["path"]) for row in actions if row["size_bytes"] < SMALL_FILE_BYTES)
    return sorted(month for month, count in small.items() if count > small_files_allowed)


def _rewrite(table: DeltaTable, month: str) -> None:
    """Replace the files of a month by sorted ones; the lake refuses if the month has grown meanwhile."""
    columns = ", ".join(EVENT_SCHEMA.names)
    with duckdb_connection() as database:
        rows = database.con.read_parquet(month_files(table, month), hive_partitioning=False).order(
            ORDER.removeprefix("month, ")
        )
        batches = rows.select(f"{columns}, '{month}' AS month").to_arrow_reader()
        failpoint("compact.read")
        write_deltalake(
            table,
            batches.cast(EVENT_SCHEMA.append(pa.field("month", pa.string()))),
            mode="overwrite",
            predicate=f"month = '{month}'",
            writer_properties=WRITER,
        )
