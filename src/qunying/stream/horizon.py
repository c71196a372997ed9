"""How far the stream may be read: below the oldest running transaction everything is final.

Numbers are handed out before commit, so "greater than the last number" can skip a row that commits late.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class Horizon:
    """Events of transactions below ``transaction`` are final; ``seen`` events had been numbered before asking."""

    transaction: int
    seen: int


@dataclass(frozen=True)
class Blocker:
    """The oldest running transaction that writes: it holds the horizon back."""

    pid: int
    since: datetime
    state: str
    application: str


def safe_horizon() -> Horizon:
    """Return how far the stream may be read now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, last_value"
            " FROM stream_event_position"
        )
        return Horizon(*cursor.fetchone())


def find_blocker() -> Blocker | None:
    """Return who holds the horizon back, when it is another session."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, xact_start, coalesce(state, ''), application_name FROM pg_stat_activity"
            " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
            " ORDER BY age(backend_xid) DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return Blocker(*row) if row else None


def count_behind() -> int:
    """Return about how many events the slowest reader has yet to read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last_value - coalesce((SELECT min(seen) FROM stream_cursor), 0)"
            " FROM stream_event_position"
        )
        (behind,) = cursor.fetchone()
    return max(0, int(behind))
