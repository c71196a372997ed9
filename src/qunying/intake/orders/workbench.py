"""The workbench: a DuckDB of its own for one import, in which the rows are read as text, typed and judged set by set."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from qunying.intake.files.limits import MAX_ROWS, HeaderOnly, TooManyRows
from qunying.intake.files.text_table import ROW, TextTable, column_names
from qunying.intake.orders.fields import ORDER_FIELDS

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_SPACES = " \t\r\n\u00a0\u3000\ufeff\u200b"


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

    names = column_names(len(table.header))
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])
    feed = _Feed(table, limit)
    reader = pa.RecordBatchReader.from_batches(schema, feed.batches(schema))
    cells = [
        f"{_clean(names[places[field.name]]) if field.name in places else 'NULL::VARCHAR'} AS {field.name}"
        for field in ORDER_FIELDS
    ]
    bench.register("feed", reader)
    try:
        bench.execute(
            f"CREATE TABLE raw AS SELECT {ROW}, {', '.join(cells)} FROM feed"  # noqa: S608 - our own names
            f" WHERE trim(concat({', '.join(names)}), '{_SPACES}') <> ''"
        )
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
    counted = bench.execute("SELECT (SELECT count(*) FROM raw) + (SELECT count(*) FROM misfit)").fetchone()
    if counted is None or counted[0] == 0:
        raise HeaderOnly(row=table.header_row)


class _Feed:
    """Hands batches to DuckDB and keeps the problem that ended them, which DuckDB would turn into a text."""

    def __init__(self, table: TextTable, limit: int | None) -> None:
        self._table = table
        self._limit = limit
        self.failure: Exception | None = None

    def batches(self, schema: "pa.Schema") -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        rows = 0
        try:
            for batch in self._table.batches:
                rows += batch.num_rows
                if rows > MAX_ROWS:
                    raise TooManyRows(limit=MAX_ROWS)
                yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
                if self._limit is not None and rows >= self._limit:
                    return
        except Exception as error:
            self.failure = error
            raise


def _clean(column: str) -> str:
    """Return SQL for a cell without spaces around it and without the ``="…"`` and ``'`` that keep spreadsheets from rounding."""
    trimmed = f"trim({column}, '{_SPACES}')"
    return (
        f"nullif(CASE WHEN {trimmed}[1] IN ('=', '''')"
        f" THEN trim(regexp_replace({trimmed}, '^(?:=\"(.*)\"|''(.*))$', '\\1\\2'), '{_SPACES}')"
        f" ELSE {trimmed} END, '')"
    )
