"""The daily round of the stream: partitions ahead, exported months dropped, old keys forgotten."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import connection

from qunying.stream.horizon import safe_horizon
from qunying.stream.lake import duckdb_connection, lake_mark, open_lake
from qunying.stream.models import Cursor
from qunying.stream.partitions import Month, drop_partition, ensure_partitions, list_droppable, prune_keys

log = structlog.get_logger()


@dataclass(frozen=True)
class Kept:
    """What the round did."""

    made: list[str]
    dropped: list[str]
    refused: list[str]
    forgotten: int


def keep_house(now: datetime) -> Kept:
    """Make partitions ahead, drop months that the lake has held for 90 days, forget keys after 13 months.

    A month is dropped only when every reader is past it and the lake, counted there and then, holds as many
    events of it as PostgreSQL; otherwise it stays and is named in ``refused``.
    """
    made = ensure_partitions(now)
    dropped, refused = [], []
    for month in list_droppable(now):
        if _is_held_by_lake(month):
            drop_partition(month)
            dropped.append(month.table)
        else:
            log.warning("partition_not_in_lake", month=month.table)
            refused.append(month.table)
    return Kept(made, dropped, refused, prune_keys(now))


def _is_held_by_lake(month: Month) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), coalesce(max(transaction), 0) FROM {month.table}")  # noqa: S608 - constants
        count, last = cursor.fetchone()
    if count == 0:
        return True
    table = open_lake()
    slowest = min([safe_horizon().transaction, *Cursor.objects.values_list("transaction", flat=True)])
    if table is None or last >= lake_mark(table) or last >= slowest:
        return False
    with duckdb_connection() as database:
        held = database.con.read_parquet(table.file_uris(), hive_partitioning=False).filter(
            f"received_at >= TIMESTAMPTZ '{month.start.isoformat()}'"
            f" AND received_at < TIMESTAMPTZ '{month.next.start.isoformat()}'"
        )
        (in_lake,) = held.aggregate("count(DISTINCT id)").fetchall()[0]
    return bool(in_lake >= count)
