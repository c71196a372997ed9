"""The workbench.

A DuckDB of its own for one import, in which the rows are read as text, typed and judged set by set.
"""

import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from qunying.intake.orders.fields import FIELDS
from qunying.kernel.files.limits import MAX_ROWS, HeaderOnly, TooManyRows
from qunying.kernel.files.text_table import ROW, TextTable

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@contextmanager
def open_workbench() -> Iterator["duckdb.DuckDBPyConnection"]:
    """Yield an empty in-memory DuckDB that spills under the home and can reach neither files nor network."""
    import duckdb

    parent = Path(settings.HOME) / "tmp"
    parent.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="import-", dir=parent)
    connection = duckdb.connect(
        config={
            "memory_limit": settings.ANALYSIS_MEMORY_LIMIT,
            "threads": str(settings.ANALYSIS_THREADS),
            "temp_directory": folder,
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def first_row(bench: "duckdb.DuckDBPyConnection", query: str, parameters: object = None) -> tuple[Any, ...]:
    """Return the one row of a query."""
    rows: list[tuple[Any, ...]] = bench.execute(query, parameters).fetchall()
    return rows[0]


def load_rows(
    bench: "duckdb.DuckDBPyConnection", table: TextTable, places: dict[str, int], *, limit: int | None = None
) -> None:
    """Fill ``raw`` (row, one text column per field, null where the cell is empty) and ``misfit`` (row, text).

    Rows without any text are not rows. Raises what reading the file raises.

    Args:
        bench: the workbench.
        table: the file.
        places: field → place of its column.
        limit: only this many rows, for a preview.
    """
    import pyarrow as pa

    feed = _Feed(table, places, limit)
    reader = pa.RecordBatchReader.from_batches(feed.schema, feed.batches())
    cells = [name if name in places else f"NULL::VARCHAR AS {name}" for name in FIELDS]
    bench.register("feed", reader)
    try:
        bench.execute(f"CREATE TABLE raw AS SELECT {ROW}, {', '.join(cells)} FROM feed")  # noqa: S608 - our own names
    except Exception as error:
        if feed.failure is not None:
            raise feed.failure from error
        raise
    finally:
        bench.unregister("feed")
    bench.execute("CREATE TABLE misfit (row BIGINT, text VARCHAR)")
    if table.misfits:
        rows = pa.table({"row": [m.row for m in table.misfits], "text": [m.text for m in table.misfits]})
        bench.register("misfits", rows)
        bench.execute("INSERT INTO misfit SELECT row, text FROM misfits")
        bench.unregister("misfits")
    if first_row(bench, "SELECT (SELECT count(*) FROM raw) + (SELECT count(*) FROM misfit)")[0] == 0:
        raise HeaderOnly(row=table.header_row)


class _Feed:
    """Hands clean cells to DuckDB and keeps the problem that ended them, which DuckDB would turn into a text."""

    def __init__(self, table: TextTable, places: dict[str, int], limit: int | None) -> None:
        import pyarrow as pa

        self._table = table
        self._places = places
        self._limit = limit
        self.schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in places)])
        self.failure: Exception | None = None

    def batches(self) -> Iterator["pa.RecordBatch"]:
        rows = 0
        try:
            for batch in self._table.batches:
                if self._limit is not None:
                    batch = batch.slice(0, self._limit - rows)  # noqa: PLW2901 - the rest is of no interest
                rows += batch.num_rows
                _refuse_too_many(rows)
                yield self._clean(batch)
                if self._limit is not None and rows >= self._limit:
                    return
        except Exception as error:
            self.failure = error
            raise

    def _clean(self, batch: "pa.RecordBatch") -> "pa.RecordBatch":
        """Return the cells that have a meaning, trimmed, empty ones null; a row without any text is no row.

        Nothing here turns a Python value into an Arrow one, because that loads pandas, which takes a second.
        """
        import pyarrow as pa
        from pyarrow import compute

        trimmed = [compute.utf8_trim_whitespace(column) for column in batch.columns[1:]]
        cells = [_without_guards(trimmed[place]) for place in self._places.values()]
        nothing = pa.nulls(batch.num_rows, pa.string())
        cells = [compute.if_else(_has_text(cell), cell, nothing) for cell in cells]
        clean = pa.RecordBatch.from_arrays([batch.column(0), *cells], schema=self.schema)
        is_row = functools.reduce(compute.or_, (_has_text(cell) for cell in trimmed))
        return clean if compute.all(is_row).as_py() else clean.filter(is_row)


def _refuse_too_many(rows: int) -> None:
    if rows > MAX_ROWS:
        raise TooManyRows(limit=MAX_ROWS)


def _has_text(cells: "pa.Array") -> "pa.BooleanArray":
    import pyarrow as pa
    from pyarrow import compute

    return compute.cast(compute.binary_length(cells), pa.bool_())


def _without_guards(cells: "pa.Array") -> "pa.Array":
    """Take off the ``="…"`` and ``'`` that keep spreadsheets from rounding long numbers."""
    from pyarrow import compute

    if not compute.any(compute.or_(compute.starts_with(cells, "="), compute.starts_with(cells, "'"))).as_py():
        return cells
    bare = compute.replace_substring_regex(cells, r'^="([^"]*)"$', r"\1")
    return compute.utf8_trim_whitespace(compute.replace_substring_regex(bare, r"^'", ""))
