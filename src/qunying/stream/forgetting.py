"""What a person said is taken out of their events; that something happened, and when, stays.

Events of ours say ids and figures, and keep them. What others report of somebody, and what was noted of them, is theirs.
The lake follows with ``forget_in_lake``, which rewrites the months concerned; its older versions go with the next
compaction after a day.
"""

from collections.abc import Collection
from uuid import UUID

import pyarrow as pa
from deltalake import write_deltalake
from django.db import connection

from qunying.stream.compact import month_files
from qunying.stream.events import EventType
from qunying.stream.export import ORDER, WRITER, sole_writer
from qunying.stream.lake import duckdb_connection, open_lake
from qunying.stream.schema import EVENT_SCHEMA

# Events of ours that say something about a person in words.
TELLING = frozenset({"attribute_changed", "tag_added", "tag_removed"})


def forget_words(member_ids: Collection[UUID]) -> int:
    """Empty what was said in the events of members, and of visitors linked with them, that are in the database; return how
    many there were.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('stream.forgetting', 'on', true)")
        cursor.execute(
            "UPDATE stream_event SET properties = '{}' WHERE (member_id = ANY(%s) OR anonymous_id = ANY(%s))"
            " AND NOT name = ANY(%s) AND properties <> '{}'",
            [list(member_ids), list(member_ids), _plain_names()],
        )
        emptied = int(cursor.rowcount)
        cursor.execute("SELECT set_config('stream.forgetting', 'off', true)")
    return emptied


def forget_in_lake(member_ids: Collection[UUID]) -> int | None:
    """Empty what was said in the events of members, and of visitors linked with them, that are in the lake.

    Returns:
        How many months were rewritten; None when the lake's writer was busy: try again.
    """
    with sole_writer() as is_sole:
        table = open_lake()
        if table is None or not is_sole:
            return 0 if is_sole else None
        people = ", ".join(f"'{member_id}'" for member_id in sorted(member_ids))
        names = ", ".join(f"'{name}'" for name in _plain_names())
        concerned = f"(member_id IN ({people}) OR anonymous_id IN ({people})) AND name NOT IN ({names}) AND cardinality(properties) > 0"
        columns = ", ".join(name for name in EVENT_SCHEMA.names if name != "properties")
        with duckdb_connection() as database:
            lake = database.con.read_parquet(table.file_uris(), hive_partitioning=False)
            found = (
                lake.filter(concerned).select("strftime(occurred_at AT TIME ZONE 'UTC', '%Y-%m')").distinct()
            )
            months = sorted(month for (month,) in found.fetchall())
            for month in months:
                files = month_files(open_lake() or table, month)
                rows = database.con.read_parquet(files, hive_partitioning=False)
                emptied = rows.order(ORDER.removeprefix("month, ")).select(
                    f"{columns}, CASE WHEN {concerned} THEN MAP([]::VARCHAR[], []::VARCHAR[]) ELSE properties END"
                    f" AS properties, '{month}' AS month"
                )
                ordered = emptied.select(f"{', '.join(EVENT_SCHEMA.names)}, month").to_arrow_reader()
                write_deltalake(
                    open_lake() or table,
                    ordered.cast(EVENT_SCHEMA.append(pa.field("month", pa.string()))),
                    mode="overwrite",
                    predicate=f"month = '{month}'",
                    writer_properties=WRITER,
                )
        return len(months)


def _plain_names() -> list[str]:
    """Return the names of events whose properties are ids and figures of our own."""
    return sorted(name for name, kind in EventType.known.items() if not kind.outside and name not in TELLING)
