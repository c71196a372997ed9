"""Reading the packing list back: a CSV or XLSX file with numbers, carriers and tracking numbers."""

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from qunying.kernel.files.reading import read_table
from qunying.kernel.problems import Kind, Problem

MOST_ROWS = 5_000
COLUMNS = {
    "number": ("number", "no.", "no", "编号", "发货编号", "单号"),
    "carrier": ("carrier", "courier", "快递公司", "物流公司", "承运商"),
    "tracking": ("tracking number", "tracking", "tracking_number", "快递单号", "运单号", "物流单号"),
}
_NUMBER = re.compile(r"[#＃]?([0-9]{1,18})(?:\.0+)?")


class TrackingFileUnreadable(Problem):
    """The file has no column of numbers or of tracking numbers."""

    code = "tracking_file_unreadable"
    kind = Kind.INVALID
    message = _("The file needs a column “number” and a column “tracking number”, and at most 5,000 rows.")


@dataclass(frozen=True)
class TrackingRow:
    """One row: its number in the file, the number of the fulfilment (0 when it is none), carrier, tracking number."""

    row: int
    number: int
    carrier: str
    tracking: str


def read_tracking(path: Path) -> list[TrackingRow]:
    """Return the rows of a packing list that was filled in.

    Raises:
        TrackingFileUnreadable: a column is missing, or there are too many rows.
        What ``kernel.files`` raises for files that are no table.
    """
    table = read_table(path, lambda header: len(_places(header)))
    places = _places(table.header)
    if not {"number", "tracking"} <= set(places):
        raise TrackingFileUnreadable
    rows = []
    for batch in table.batches:
        names = [f"c{places[name]}" if name in places else "" for name in COLUMNS]
        cells = [batch.column(name).to_pylist() if name else [""] * len(batch) for name in names]
        rows += [
            TrackingRow(row, _number(number), str(carrier)[:200], str(tracking)[:200])
            for row, number, carrier, tracking in islice(
                zip(batch.column("row").to_pylist(), *cells, strict=True), MOST_ROWS + 1
            )
            if number or tracking
        ]
        if len(rows) > MOST_ROWS:
            raise TrackingFileUnreadable
    return rows


def _places(header: list[str]) -> dict[str, int]:
    cleaned = [cell.strip().lower() for cell in header]
    return {
        name: next(place for place, cell in enumerate(cleaned) if cell in spellings)
        for name, spellings in COLUMNS.items()
        if any(cell in spellings for cell in cleaned)
    }


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text.strip().lstrip("'"))
    return int(found[1]) if found else 0
