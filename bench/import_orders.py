"""Importing order lines, beside reading the same file with DuckDB and copying it as it is into one table."""

import os
from collections.abc import Iterator
from pathlib import Path

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

LINES = 1_000_000
ROOT = Path(__file__).parents[1]


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:
    """Measure a generated file of a million lines, and the real one."""
    from qunying.intake.tests.make import make_order_file

    lines = LINES // divisor
    yield _compared(place, make_order_file(place.home / "orders.csv", lines=lines), lines, "generated lines")
    real = real_file()
    if divisor == 1:
        yield _compared(place, real, 541_909, f"real lines, {real.suffix.lstrip('.')}")


def real_file() -> Path:
    """Return the real order file where it is, else the one that the package ships."""
    folder = Path(os.environ.get("QUNYING_SHARED_DATA", ROOT.parent / "shared" / "data"))
    csv = folder / "online_retail" / "online_retail.csv.gz"
    return csv if csv.exists() else ROOT / "src" / "qunying" / "sample" / "online_retail.parquet"


def _compared(place: Installation, file: Path, lines: int, what: str) -> Comparison:
    def import_file(_url: str) -> None:
        from qunying.intake.orders.importing import ImportRequest, import_orders
        from qunying.kernel import actors, clock

        request = ImportRequest(file, "Europe/London", "GBP")
        errors = place.home / "errors.csv"
        outcome = import_orders(
            request, errors, actor=actors.system("bench"), now=clock.now(), step=lambda _stage, _share: None
        )
        assert outcome.counts.rows == lines, outcome.counts

    return compare(
        f"import, {what}",
        unit="rows",
        amount=lines,
        ours=Way(import_file, place.fresh_database),
        reference=Way(lambda url: copy_plainly(file, url, lines), place.fresh_database),
        reference_name="DuckDB read + COPY into one table",
    )


def copy_plainly(file: Path, url: str, lines: int) -> None:
    """Read the file with DuckDB and copy its columns as they are into a new table of PostgreSQL."""
    import duckdb
    from adbc_driver_postgresql import dbapi

    reader = duckdb.connect().execute(f"SELECT * FROM '{file}'").to_arrow_reader(100_000)
    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("plain_line", reader, mode="create")
        connection.commit()
        cursor.execute("SELECT count(*) FROM plain_line")
        assert cursor.fetchone() == (lines,)
