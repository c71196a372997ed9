"""Reading the stream: the lake and the tail above it as one table, each event once.

with open_analysis(as_of) as analysis:
    buyers = analysis.events.filter(_.name == "order_paid").group_by("member_id").agg(orders=_.count())
    analysis.connection.to_pyarrow(buyers)
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
from deltalake import DeltaTable
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _
from ibis.backends.duckdb import Backend
from ibis.expr import types as ir

from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.stream.schema import COPY_COLUMNS, EVENT_SCHEMA, IDENTITY_SCHEMA
from qunying.stream.tail import copy_out

LAKE_APPLICATION = "qunying.stream"

_TAIL = f"SELECT {COPY_COLUMNS} FROM stream_event WHERE transaction >= %s"  # noqa: S608 - constants
_IDENTITIES = "SELECT key, member_id FROM identity_map"


class DatabaseBehindLake(Problem):
    """The lake knows of transactions that this database has not had yet."""

    code = "database_behind_lake"
    kind = Kind.UNAVAILABLE
    message = _(
        "The lake holds events up to transaction {mark}, but the database has not come so far: it was probably"
        " restored from a dump. Move its transaction counter beyond {mark} (pg_resetwal -x) before going on."
    )


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]
    name="from_utc_timestamp", signature=(("timestamp", "string"), "timestamp")
)
def _from_utc_timestamp(moment: Any, zone: Any) -> Any:
    """Spark has this function; our DuckDB connections get it as a macro."""


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]
    name="try_element_at", signature=(("map<string, string>", "string"), "string")
)
def property_of(properties: Any, key: Any) -> Any:
    """Return one property of an event, null when it has none of that name.

    ``property_of(events.properties, "store")`` means what ``events.properties["store"]`` means, in a third of
    the time. Spark has this function; our DuckDB connections get it as a macro.
    """


def local_time(column: ir.Value, zone: str) -> ir.TimestampValue:
    """Return the wall-clock time of an instant in an IANA zone, as a timestamp without zone.

    Casting to a zone and truncating would silently give UTC days, so this is the one way from instants to
    days and hours: ``local_time(events.occurred_at, "Asia/Shanghai").truncate("D")``.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: when there is no such zone.
    """
    return _from_utc_timestamp(column, ZoneInfo(zone).key)


@dataclass(frozen=True)
class Analysis:
    """One reading of the stream.

    Attributes:
        connection: an Ibis DuckDB backend of its own, with limits of memory and threads.
        events: the events, one row each, members resolved through the identity map.
        as_of: events later than this are left out; None leaves out nothing.
        lake_version: the version of the lake that was read, None when there is no lake yet.
    """

    connection: Backend
    events: ir.Table
    as_of: datetime | None
    lake_version: int | None = None

    @staticmethod
    def local_time(column: ir.Value, zone: str) -> ir.TimestampValue:
        """Return the wall-clock time of an instant in a zone (see ``local_time`` of the module)."""
        return local_time(column, zone)


@contextmanager
def open_analysis(as_of: datetime | None = None) -> Iterator[Analysis]:
    """Read all events of the lake and of the tail above it.

    The lake is opened first; its own mark says up to which transaction it holds everything, and the tail is
    read from there. A transaction that commits in between is above the mark, so no event is missed or read
    twice.

    Args:
        as_of: leave out events that occurred later.
    """
    table = open_lake()
    mark = lake_mark(table)
    check_database_age(mark)
    with duckdb_connection() as database:
        load(database, "tail", EVENT_SCHEMA, _TAIL, [mark])
        has_identities = load(database, "identity_map", IDENTITY_SCHEMA, _IDENTITIES, [])
        version = None
        if table is not None:
            version = table.version()
            _view_of_files(database, table)
        yield _analysis(database, ["lake", "tail"] if table else ["tail"], has_identities, as_of, version)


@contextmanager
def memory_analysis(
    rows: Sequence[Mapping[str, Any]] | pa.Table,
    as_of: datetime | None = None,
    *,
    identities: Mapping[str, str] | None = None,
) -> Iterator[Analysis]:
    """Read given events instead of the installation's, for tests and for trying out.

    Args:
        rows: mappings, or an Arrow table, with the columns of an event; what a mapping leaves out is null
            (id: a new one, received_at: occurred_at).
        as_of: leave out events that occurred later.
        identities: anonymous id or merged member → member.
    """
    given = (
        rows
        if isinstance(rows, pa.Table)
        else pa.Table.from_pylist([_whole(row) for row in rows], EVENT_SCHEMA)
    )
    pairs = [{"key": key, "member_id": member} for key, member in (identities or {}).items()]
    with duckdb_connection() as database:
        _keep(database, "tail", given.select(EVENT_SCHEMA.names).cast(EVENT_SCHEMA))
        _keep(database, "identity_map", pa.Table.from_pylist(pairs, IDENTITY_SCHEMA))
        yield _analysis(database, ["tail"], bool(pairs), as_of, None)


def lake_folder() -> Path:
    """Return where the lake of this installation is."""
    return Path(settings.HOME) / "lake" / "events"


def open_lake() -> DeltaTable | None:
    """Open the newest version of the lake; None when nothing was ever exported."""
    folder = lake_folder()
    return DeltaTable(folder) if DeltaTable.is_deltatable(str(folder)) else None


def lake_mark(table: DeltaTable | None) -> int:
    """Return the transaction below which a version of the lake holds every event."""
    return (table.transaction_version(LAKE_APPLICATION) or 0) if table is not None else 0


def check_database_age(mark: int) -> None:
    """Make sure that new events come above the mark; after a restore from a dump they would not.

    Raises:
        DatabaseBehindLake: when the database's transactions are below the lake's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        (newest,) = cursor.fetchone()
    if newest < mark:
        raise DatabaseBehindLake(mark=mark)


def _analysis(
    database: Backend,
    sources: Sequence[str],
    has_identities: bool,
    as_of: datetime | None,
    version: int | None,
) -> Analysis:
    if as_of is not None and as_of.tzinfo is None:
        raise ValueError("as_of must say its zone")
    every = " UNION ALL ".join(f"SELECT * FROM {source}" for source in sources)  # noqa: S608 - constants
    resolved = every
    if has_identities:
        resolved = (
            "SELECT e.* REPLACE (coalesce(m.member_id, e.member_id) AS member_id)"  # noqa: S608 - constants
            f" FROM ({every}) e LEFT JOIN identity_map m ON m.key = coalesce(e.member_id, e.anonymous_id)"
        )
    until = (
        "" if as_of is None else f" WHERE occurred_at <= TIMESTAMPTZ '{as_of.astimezone(UTC).isoformat()}'"
    )
    database.raw_sql(f"CREATE TEMP VIEW events AS SELECT * FROM ({resolved}){until}")  # noqa: S608 - constants
    return Analysis(database, database.table("events"), as_of, version)


@contextmanager
def duckdb_connection() -> Iterator[Backend]:
    """Open an in-memory DuckDB that spills under the home folder and fetches nothing from elsewhere."""
    parent = Path(settings.HOME) / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="analysis-", dir=parent) as spill:
        database = ibis.duckdb.connect(
            memory_limit=settings.ANALYSIS_MEMORY_LIMIT,
            threads=settings.ANALYSIS_THREADS,
            temp_directory=spill,
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )
        try:
            database.raw_sql(
                "CREATE MACRO from_utc_timestamp(moment, zone) AS timezone(zone, moment::TIMESTAMPTZ)"
            )
            database.raw_sql(
                "CREATE MACRO try_element_at(properties, key) AS map_extract_value(properties, key)"
            )
            yield database
        finally:
            database.disconnect()


def load(database: Backend, name: str, schema: pa.Schema, query: str, parameters: Sequence[object]) -> bool:
    """Copy the rows of a query from PostgreSQL into a table of DuckDB; tell whether there were any."""
    with copy_out(query, parameters, schema) as batches:
        if batches is None:
            _keep(database, name, schema.empty_table())
            return False
        _keep(database, name, batches, ", ".join(_from_text(field) for field in schema))
    return True


def _keep(database: Backend, name: str, rows: pa.Table | pa.RecordBatchReader, columns: str = "*") -> None:
    """Take rows over into a table that DuckDB may spill."""
    database.con.register("incoming", rows)
    database.raw_sql(f"CREATE TEMP TABLE {name} AS SELECT {columns} FROM incoming")  # noqa: S608 - constants
    database.con.unregister("incoming")


def _from_text(field: pa.Field) -> str:
    """Return the SQL that reads a column of COPY's output: a map comes as JSON text."""
    if pa.types.is_map(field.type):
        return f"CAST({field.name}::JSON AS MAP(VARCHAR, VARCHAR)) AS {field.name}"
    return str(field.name)


def _view_of_files(database: Backend, table: DeltaTable) -> None:
    """Show the active files of a version of the lake as one table."""
    files = table.file_uris()
    if not files:
        _keep(database, "lake", EVENT_SCHEMA.empty_table())
        return
    columns = ", ".join(EVENT_SCHEMA.names)
    database.con.read_parquet(files, hive_partitioning=False).select(columns).create_view("lake")


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a test with what it left out."""
    given = {"id": str(new_id()), "source": "test", "backfill": False, "properties": {}, **row}
    given.setdefault("received_at", given["occurred_at"])
    for name in ("id", "member_id", "anonymous_id", "community_id", "campaign_id", "content_id", "order_id"):
        if given.get(name) is not None:
            given[name] = str(given[name])
    given["properties"] = list(dict(given["properties"]).items())
    return given
