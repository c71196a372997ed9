"""Order files for tests and benchmarks."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

HEADER = (
    "invoice_no",
    "stock_code",
    "description",
    "quantity",
    "invoice_date",
    "unit_price",
    "customer_id",
    "country",
)
LINE = ("1001", "A1", "Mug", "2", "2025-03-01 10:00:00", "3.50", "7", "France")


def make_line(**changes: str) -> tuple[str, ...]:
    """Return one row, with some cells changed by header."""
    return tuple(changes.get(header, cell) for header, cell in zip(HEADER, LINE, strict=True))


def make_csv(
    path: Path,
    rows: Iterable[Sequence[str]],
    *,
    header: Sequence[str] = HEADER,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> Path:
    """Write a small CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def make_order_file(
    path: Path, *, lines: int, lines_per_order: int = 10, customers: int = 50_000, products: int = 5_000
) -> Path:
    """Write a deterministic CSV of order lines in the columns of the retail mapping, in a few seconds for a million.

    Every 50th order has no customer, every 60th is a cancellation, some lines are repeated exactly, some are
    gifts, and one row in
    a thousand cannot be accepted.
    """
    import duckdb

    duckdb.connect().execute(
        f"""
        COPY (
            SELECT CASE WHEN o % 60 = 59 THEN 'C' ELSE '' END || (100000 + o) AS invoice_no,
                printf('P%05d', p) AS stock_code, 'Product number ' || p AS description,
                CASE WHEN o % 60 = 59 THEN -1 ELSE 1 + hash(i, 'q') % 12 END AS quantity,
                strftime(TIMESTAMP '2024-01-01 08:00:00' + to_minutes(CAST(o * 500000 // {
            max(lines // lines_per_order, 1)
        } AS BIGINT)),
                    '%Y-%m-%d %H:%M:%S') AS invoice_date,
                CASE WHEN i % 1000 = 500 THEN 'free?' WHEN i % 97 = 96 THEN '0'
                    ELSE printf('%.2f', (100 + p % 4000) / 100.0) END AS unit_price,
                CASE WHEN o % 50 = 49 THEN '' ELSE (10000 + hash(o, 'c') % {customers})::VARCHAR END AS
                customer_id,
                ['China', 'France', 'Germany', 'Japan'][CAST(1 + hash(o, 'c') % {
            customers
        } % 4 AS INT)] AS country
            FROM (SELECT i, i // {lines_per_order} AS o,
                    -- now and then the product of the row before, so that the row repeats
                    hash(CASE WHEN i % 211 = 210 AND i % {lines_per_order} > 0 THEN i - 1 ELSE i END, 'p') %
                    {products} AS p
                  FROM range({lines}) r(i))
        ) TO '{path}' (HEADER, DELIMITER ',')
        """
    )
    return path
