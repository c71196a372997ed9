"""The months of the event table: made ahead, dropped when the lake has held them long enough."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog
from django.db import connection, transaction

MONTHS_AHEAD = 3
KEPT_AFTER_MONTH = timedelta(days=90)
KEYS_KEPT = timedelta(days=31 * 13 + 1)
RUNS_KEPT = timedelta(days=120)
DELETED_AT_ONCE = 50_000

log = structlog.get_logger()

_PARTITIONS = """
SELECT child.relname FROM pg_inherits
JOIN pg_class child ON child.oid = inhrelid JOIN pg_class parent ON parent.oid = inhparent
WHERE parent.relname = 'stream_event' AND child.relname ~ '^stream_event_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""
_OLD_KEYS = """
DELETE FROM stream_eventkey WHERE (source, source_event_id) IN (
    SELECT source, source_event_id FROM stream_eventkey WHERE received_at < %s LIMIT %s)
"""
_OLD_RUNS = """
DELETE FROM stream_reactionrun WHERE (reaction, event_id) IN (
    SELECT reaction, event_id FROM stream_reactionrun WHERE ran_at < %s AND retry_at IS NULL LIMIT %s)
"""


@dataclass(frozen=True, order=True)
class Month:
    """A month of UTC, the span of one partition."""

    first: date

    @property
    def table(self) -> str:
        """The name of the partition."""
        return f"stream_event_{self.first:%Y_%m}"

    @property
    def start(self) -> datetime:
        """The month's first instant."""
        return datetime(self.first.year, self.first.month, 1, tzinfo=UTC)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month((self.first.replace(day=28) + timedelta(days=4)).replace(day=1))


def month_of(instant: datetime) -> Month:
    """Return the month of UTC in which an instant lies."""
    return Month(instant.astimezone(UTC).date().replace(day=1))


def ensure_partitions(now: datetime) -> list[str]:
    """Make the partitions of this month and of those ahead; return the names of the new ones.

    A month whose events already lie in the partition for the rest stays there: rows are not moved.
    """
    made = []
    month = month_of(now)
    existing = {known.table for known in list_partitions()}
    for _ in range(MONTHS_AHEAD + 1):
        if month.table not in existing and not _has_stray_rows(month):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS {month.table} PARTITION OF stream_event"
                    " FOR VALUES FROM (%s) TO (%s)",
                    [month.start, month.next.start],
                )
            made.append(month.table)
        month = month.next
    return made


def list_partitions() -> list[Month]:
    """Return the months that have a partition, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        return [Month(date(int(name[-7:-3]), int(name[-2:]), 1)) for (name,) in cursor.fetchall()]


def list_droppable(now: datetime) -> list[Month]:
    """Return the months that ended long enough ago to leave PostgreSQL once the lake holds them."""
    return [month for month in list_partitions() if month.next.start + KEPT_AFTER_MONTH <= now]


def drop_partition(month: Month) -> None:
    """Drop a month. The caller has made sure that the lake holds it and that every reader is past it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {month.table}")
    log.info("partition_dropped", month=month.table)


def prune_keys(now: datetime) -> int:
    """Forget the keys of events that are older than what is accepted, and settled reactions; return how many."""
    return _delete_all(_OLD_KEYS, now - KEYS_KEPT) + _delete_all(_OLD_RUNS, now - RUNS_KEPT)


def _delete_all(statement: str, before: datetime) -> int:
    """Delete in small transactions, so that nobody waits long."""
    deleted = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [before, DELETED_AT_ONCE])
            count = int(cursor.rowcount)
        deleted += count
        if count < DELETED_AT_ONCE:
            return deleted


def _has_stray_rows(month: Month) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM stream_event_rest WHERE received_at >= %s AND received_at < %s)",
            [month.start, month.next.start],
        )
        (found,) = cursor.fetchone()
    if found:
        log.warning("events_in_rest", month=month.table)
    return bool(found)
