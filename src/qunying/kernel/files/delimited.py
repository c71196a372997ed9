"""Delimited text: which separator, which row is the header, and the rows as text."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qunying.kernel.files.byte_stream import ByteStream
from qunying.kernel.files.encoding import find_encoding, utf_8_stream
from qunying.kernel.files.limits import (
    MAX_COLUMNS,
    MAX_ROW_BYTES,
    SAMPLE_BYTES,
    FileEmpty,
    NotATable,
    OneColumnOnly,
    QuoteNotClosed,
    RowTooLong,
    TooManyColumns,
)
from qunying.kernel.files.text_table import ROW, Misfit, TextTable, column_names

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE_ROWS = 60
_HEADER_WITHIN = 10
_MISFIT_TEXT = 200

type Recognise = Callable[[list[str]], int]


def read_delimited(path: Path, recognise: Recognise) -> TextTable:
    """Open a text file as a table.

    Args:
        path: the file.
        recognise: how many headers of a row are known; helps to find separator and header.

    Raises:
        NotATable, FileEmpty, OneColumnOnly, TooManyColumns, FileTooLarge …: when it cannot be one. While the
        batches are read also
        RowTooLong and QuoteNotClosed.
    """
    with ByteStream(path) as stream:
        encoding = find_encoding(stream)
    delimiter, rows, header_at = _layout(encoding.sample, recognise)
    header = [cell.strip() for cell in rows[header_at]]
    below = [len(row) for row in rows[header_at + 1 :] if any(row)]
    if below and all(width == len(header) + 1 for width in below):
        header.append("")  # many shop systems end every row but the header with a separator
    misfits: list[Misfit] = []
    text = utf_8_stream(ByteStream(path), encoding)
    notes = {"encoding": encoding.name, "delimiter": DELIMITERS[delimiter]}
    if not encoding.is_clean:
        notes["replaced"] = "yes"
    batches = _batches(text, delimiter, len(header), header_at + 1, misfits)
    return TextTable(header, header_at + 1, batches, misfits, notes)


def _layout(sample: str, recognise: Recognise) -> tuple[str, list[list[str]], int]:
    """Return separator, first rows and place of the header.

    What gives most known headers, then most rows of equal width.
    """
    sample = sample.lstrip("\ufeff")
    if not sample.strip("\r\n\t ,;|"):
        raise FileEmpty
    first_line = sample.lstrip("\r\n").split("\n", 1)[0]
    best: tuple[tuple[int, float, int], str, list[list[str]], int] | None = None
    for delimiter in DELIMITERS:
        if first_line.count(delimiter) >= MAX_COLUMNS:
            raise TooManyColumns(row=1, columns=first_line.count(delimiter) + 1, limit=MAX_COLUMNS)
        rows = _first_rows(sample, delimiter)
        header_at = find_header(rows, recognise)
        width = len(rows[header_at])
        if width < 2:
            continue
        below = [len(row) for row in rows[header_at + 1 :] if any(row)]
        even = sum(abs(cells - width) <= 1 for cells in below) / len(below) if below else 0.5
        score = (recognise(rows[header_at]), even, width)
        if best is None or score > best[0]:
            best = (score, delimiter, rows, header_at)
    if best is None:
        raise OneColumnOnly(header="".join(filter(str.isprintable, first_line[:80])).strip())
    return best[1], best[2], best[3]


def _first_rows(sample: str, delimiter: str) -> list[list[str]]:
    """Return the first rows, blank ones included, so that their places are the row numbers."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _SAMPLE_ROWS:
                return rows
    except csv.Error as error:
        if not rows:
            raise NotATable(reason=str(error)) from error
    if len(sample) >= SAMPLE_BYTES // 4 and len(rows) > 1:
        rows.pop()  # the sample may end inside it
    return rows


def find_header(rows: list[list[str]], recognise: Recognise) -> int:
    """Return the place of the header.

    The row with most known names near the top, else the first with two cells.
    """
    known = [recognise(row) for row in rows[:_HEADER_WITHIN]]
    if max(known) >= 2:
        return known.index(max(known))
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
    return next((place for place, cells in enumerate(filled) if cells >= 2), 0)


@dataclass
class _Rows:
    """What is learnt while the rows go by.

    The parser tells of misfits ahead of the batch that they are missing from.
    """

    header_row: int
    misfits: list[Misfit]
    skipped: list[int] = field(default_factory=list)
    next_row: int = 1
    open_quote_row: int | None = None

    def keep_misfit(self, row: Any) -> str:
        """Take note of a row that does not fit; nothing may be raised in here."""
        self.skipped.append(row.number)
        if row.number > self.header_row:
            self.misfits.append(Misfit(row.number, row.actual_columns, row.text[:_MISFIT_TEXT]))
        if "\n" in row.text and row.text.count('"') % 2 == 1 and self.open_quote_row is None:
            self.open_quote_row = row.number
        return "skip"

    def numbers(self, size: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """Return the file's row numbers of the next rows that fit, leaving out those of misfits in between."""
        import numpy as np

        skipped = np.array([row for row in self.skipped if row >= self.next_row], dtype=np.int64)
        places = np.arange(self.next_row, self.next_row + size, dtype=np.int64)
        numbers = places + np.searchsorted(skipped - np.arange(len(skipped)), places, side="right")
        if size:
            self.next_row = int(numbers[-1]) + 1
            self.skipped = [row for row in self.skipped if row >= self.next_row]
        return numbers


def _batches(
    text: io.RawIOBase, delimiter: str, width: int, header_row: int, misfits: list[Misfit]
) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = column_names(width)
    rows = _Rows(header_row, misfits)
    counted = _QuoteCounter(text)
    last = None
    try:
        reader = arrow_csv.open_csv(
            counted,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, block_size=MAX_ROW_BYTES, column_names=names
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=rows.keep_misfit,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
        for batch in reader:
            numbers = rows.numbers(batch.num_rows)
            last = batch if batch.num_rows else last
            column = pa.Array.from_buffers(pa.int64(), batch.num_rows, [None, pa.py_buffer(numbers)])
            numbered = pa.RecordBatch.from_arrays([column, *batch.columns], names=[ROW, *names])
            yield numbered.slice(int((numbers <= header_row).sum()))
    except pa.ArrowInvalid as error:
        if "straddling" in str(error):
            raise RowTooLong(row=rows.next_row - 1, limit_mb=MAX_ROW_BYTES >> 20) from error
        raise NotATable(reason=str(error)[:120]) from error
    finally:
        text.close()
    if rows.open_quote_row is None and counted.quotes % 2 == 1 and last is not None:
        final = last.slice(last.num_rows - 1).to_pylist()[0]
        if any("\n" in cell for cell in final.values()):
            rows.open_quote_row = rows.next_row - 1
    if rows.open_quote_row is not None:
        raise QuoteNotClosed(row=rows.open_quote_row)


class _QuoteCounter(io.RawIOBase):
    """Passes text on and counts its quotation marks: an odd number means that one is open at the end."""

    def __init__(self, text: io.RawIOBase) -> None:
        super().__init__()
        self._text = text
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        part = self._text.read(size) or b""
        self.quotes += part.count(b'"')
        return part
