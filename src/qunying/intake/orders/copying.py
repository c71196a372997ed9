"""From the workbench to PostgreSQL: the rows of a DuckDB query by COPY into a staging table."""

import io
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    import duckdb

_BATCH = 50_000


def copy_rows(
    bench: "duckdb.DuckDBPyConnection",
    select: str,
    table: str,
    columns: str,
    parameters: list[Any] | None = None,
) -> int:
    """Copy the rows of a DuckDB ``select`` into a PostgreSQL table; texts must hold no zero characters.

    Returns:
        How many rows there were.
    """
    from pyarrow import csv

    rows = 0
    reader = bench.cursor().sql(select, params=parameters or None).to_arrow_reader(_BATCH)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for batch in reader:
            text = io.BytesIO()
            csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
            copy.write(text.getbuffer())
            rows += batch.num_rows
    return rows
