"""Who is in a segment: what was found against what is stored, set by set, with every coming and going in the
log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import LiteralString
from uuid import UUID

from django.db import connection

from qunying.segments.models import Segment, SegmentMember

CHUNK = 50_000
LINES = 10_000

_FOUND = """
CREATE TEMP TABLE IF NOT EXISTS segments_found
    (position bigint GENERATED ALWAYS AS IDENTITY, member_id uuid PRIMARY KEY) ON COMMIT DROP
"""

_ENTER = """
WITH entered AS (
    INSERT INTO segments_segmentmember (segment_id, member_id, entered_at)
    SELECT %(segment)s, member_id, %(as_of)s FROM segments_found
    WHERE position > %(after)s AND position <= %(after)s + %(chunk)s
    ON CONFLICT (segment_id, member_id) DO NOTHING RETURNING member_id
)
INSERT INTO segments_segmentchange (segment_id, member_id, entered, at, recorded_at)
SELECT %(segment)s, member_id, true, %(as_of)s, %(now)s FROM entered
"""

_LEAVE = """
WITH gone AS (
    SELECT id FROM segments_segmentmember stored WHERE segment_id = %(segment)s
    AND NOT EXISTS (SELECT 1 FROM segments_found found WHERE found.member_id = stored.member_id)
    LIMIT %(chunk)s
), left_now AS (
    DELETE FROM segments_segmentmember stored USING gone WHERE stored.id = gone.id RETURNING stored.member_id
)
INSERT INTO segments_segmentchange (segment_id, member_id, entered, at, recorded_at)
SELECT %(segment)s, member_id, false, %(as_of)s, %(now)s FROM left_now
"""


@dataclass(frozen=True)
class Moves:
    """How many are in the segment now, and how many came and went."""

    count: int
    entered: int
    left: int


def replace_members(segment: Segment, member_ids: Sequence[UUID], *, as_of: datetime, now: datetime) -> Moves:
    """Make the stored members of a segment those that were found, and log the difference.

    The caller holds the segment's row. Statements work on some ten thousand rows each, so that none meets
    the statement timeout.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(_FOUND)
        cursor.execute("TRUNCATE segments_found RESTART IDENTITY")
        _copy_ids(cursor, member_ids)
        values = {"segment": segment.id, "as_of": as_of, "now": now, "chunk": CHUNK}
        entered = sum(
            _changed(cursor, _ENTER, {**values, "after": after}) for after in range(0, len(member_ids), CHUNK)
        )
        left = 0
        while gone := _changed(cursor, _LEAVE, values):
            left += gone
    segment.count = SegmentMember.objects.filter(segment=segment).count()
    segment.refreshed_at, segment.refreshed_as_of = now, as_of
    segment.save(update_fields=["count", "refreshed_at", "refreshed_as_of"])
    return Moves(segment.count, entered, left)


def _copy_ids(cursor: object, member_ids: Iterable[UUID]) -> None:
    with cursor.copy("COPY segments_found (member_id) FROM STDIN") as copy:  # type: ignore[attr-defined]
        for lines in batched(member_ids, LINES):
            copy.write("".join(f"{member_id}\n" for member_id in lines))


def _changed(cursor: object, statement: LiteralString, values: dict[str, object]) -> int:
    cursor.execute(statement, values)  # type: ignore[attr-defined]
    return int(cursor.rowcount)  # type: ignore[attr-defined]
