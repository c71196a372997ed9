"""Spreadsheets: the sheet with the known header, its cells as the texts that a person would read."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qunying.kernel.files.archive import check_spreadsheet
from qunying.kernel.files.delimited import Recognise, find_header
from qunying.kernel.files.limits import MAX_COLUMNS, FileDamaged, FileEmpty, OneColumnOnly, TooManyColumns
from qunying.kernel.files.text_table import ROW, TextTable, column_names

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 20_000
_LOOK_AT = 20
_EXACT = 2**53


def read_spreadsheet(path: Path, recognise: Recognise) -> TextTable:
    """Open the sheet whose header is best known. A formula counts with the value that was saved with it.

    Args:
        path: an XLSX file.
        recognise: how many headers of a row are known.

    Raises:
        What ``check_spreadsheet`` raises; FileEmpty, OneColumnOnly, FileDamaged.
    """
    check_spreadsheet(path)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = [workbook.get_sheet_by_name(name) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise FileDamaged(reason="XLSX") from error
    best: tuple[int, Any, list[list[str]]] | None = None
    for sheet in sheets:
        first = [[cell_text(cell) for cell in row] for row in islice(sheet.iter_rows(), _LOOK_AT)]
        if any(any(row) for row in first):
            known = recognise(first[find_header(first, recognise)])
            if best is None or known > best[0]:
                best = (known, sheet, first)
    if best is None:
        raise FileEmpty
    _known, sheet, first = best
    header_at = find_header(first, recognise)
    header = [cell.strip() for cell in first[header_at]]
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns(row=header_at + 1, columns=len(header), limit=MAX_COLUMNS)
    if sum(bool(cell) for cell in header) < 2:
        raise OneColumnOnly(header=" ".join(header)[:80])
    batches = _batches(sheet.iter_rows(), len(header), header_at)
    return TextTable(header, header_at + 1, batches, notes={"format": "xlsx", "sheet": sheet.name})


def cell_text(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, dates in ISO form.

    A number too long to be exact keeps its E+, so that it is not mistaken for an order number.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell) if cell is not None else ""


def _number_text(number: float) -> str:
    if number != number or abs(number) == float("inf"):
        return str(number)
    if abs(number) >= _EXACT:
        return f"{number:.15E}"
    if number.is_integer():
        return str(int(number))
    return format(Decimal(repr(number)), "f")


def _batches(rows: Iterator[Sequence[Any]], width: int, header_at: int) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    names = [ROW, *column_names(width)]
    rows = islice(rows, header_at + 1, None)
    next_row = header_at + 2
    while batch := list(islice(rows, _BATCH)):
        cells = [pa.array([cell_text(row[place]) for row in batch], pa.string()) for place in range(width)]
        numbers = pa.array(range(next_row, next_row + len(batch)), pa.int64())
        next_row += len(batch)
        yield pa.RecordBatch.from_arrays([numbers, *cells], names=names)
