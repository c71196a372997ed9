"""How the stream is: what was recorded, how far its readers are, who holds them back."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db import connection

from qunying.stream.horizon import Blocker, count_behind, find_blocker, safe_horizon
from qunying.stream.lake import lake_folder, lake_mark, open_lake
from qunying.stream.models import Cursor, ReactionRun
from qunying.stream.partitions import list_partitions


@dataclass(frozen=True)
class ReaderStatus:
    """How far a reader is: ``behind`` is about how many events it has yet to read."""

    reader: str
    behind: int
    moved_at: datetime | None


@dataclass(frozen=True)
class StreamStatus:
    """The state of the stream.

    Attributes:
        behind: about how many events the slowest reader has yet to read.
        horizon: everything of transactions below it is final.
        blocker: the oldest running transaction that writes, if another session has one.
        lake: where the lake is; its version, the transaction below which it holds everything, rows, files.
        tail_rows: events above the lake's mark, read from PostgreSQL.
        readers: the lake export and each reaction.
        failed_reactions: runs that wait to be tried again or were given up.
        partitions: months in PostgreSQL; events received in no month's partition are in ``stray_rows``.
    """

    behind: int
    horizon: int
    blocker: Blocker | None
    lake: str
    lake_version: int | None
    lake_mark: int
    lake_rows: int
    lake_files: int
    tail_rows: int
    readers: list[ReaderStatus]
    failed_reactions: int
    partitions: list[str]
    stray_rows: int


def get_status() -> StreamStatus:
    """Return how the stream is."""
    horizon = safe_horizon()
    table = open_lake()
    mark = lake_mark(table)
    sizes = pa.table(table.get_add_actions(flatten=True))["num_records"].to_pylist() if table else []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stream_event WHERE transaction >= %s", [mark])
        (tail_rows,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM stream_event_rest")
        (stray_rows,) = cursor.fetchone()
    return StreamStatus(
        behind=count_behind(),
        horizon=horizon.transaction,
        blocker=find_blocker(),
        lake=str(lake_folder()),
        lake_version=table.version() if table else None,
        lake_mark=mark,
        lake_rows=sum(sizes),
        lake_files=len(sizes),
        tail_rows=tail_rows,
        readers=[
            ReaderStatus(row.reader, max(0, horizon.seen - row.seen), row.moved_at)
            for row in Cursor.objects.order_by("reader")
        ],
        failed_reactions=ReactionRun.objects.exclude(failure="").count(),
        partitions=[month.table for month in list_partitions()],
        stray_rows=stray_rows,
    )
