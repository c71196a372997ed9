"""The rejected rows as a file: which row, which column, what it says, and why it was not accepted."""

from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from qunying.intake.orders.fields import FIELDS
from qunying.intake.orders.reasons import REASONS
from qunying.kernel.web import csv_text

if TYPE_CHECKING:
    import duckdb

_BATCH = 10_000


def write_error_file(bench: "duckdb.DuckDBPyConnection", path: Path, headers: dict[str, str]) -> Path:
    """Write the rejected rows as CSV whose cells are inert in spreadsheets.

    Args:
        bench: the workbench with ``raw``, ``judged`` and ``misfit``.
        path: the file; its folder is made when it is missing.
        headers: field → header in the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    value = " ".join(f"WHEN '{field}' THEN r.{field}" for field in FIELDS)
    rows = bench.execute(f"""
        SELECT r.row, r.number, j.field, CASE j.field {value} END, j.reason
        FROM judged j JOIN raw r USING (row) WHERE j.reason IS NOT NULL
        UNION ALL SELECT row, NULL, '', text, 'wrong_cell_count' FROM misfit
        ORDER BY 1
    """)  # noqa: S608 - our own names
    header: list[str] = [_("row"), _("order number"), _("column"), _("value"), _("reason"), _("reason code")]
    texts = {reason: str(text) for reason, text in REASONS.items()}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(csv_text(header, []))
        while batch := rows.fetchmany(_BATCH):
            lines = [
                (row, _shown(number), headers.get(field or "", ""), _shown(cell), texts[reason], reason)
                for row, number, field, cell, reason in batch
            ]
            file.write(csv_text(lines[0], lines[1:]) if lines else "")
    return path


def count_reasons(bench: "duckdb.DuckDBPyConnection") -> dict[str, int]:
    """Return reason → rejected rows, the most frequent first."""
    rows = bench.execute("""
        SELECT reason, count(*) AS rows FROM (SELECT reason FROM judged WHERE reason IS NOT NULL
            UNION ALL SELECT 'wrong_cell_count' FROM misfit) GROUP BY reason ORDER BY rows DESC, reason
    """).fetchall()
    return {str(reason): int(rows) for reason, rows in rows}


def _shown(cell: str | None) -> str:
    return (cell or "").replace("\x00", "␀")[:300]
