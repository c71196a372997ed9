"""JSON lines: one object per line, its fields as the texts of columns."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qunying.kernel.files.byte_stream import ByteStream
from qunying.kernel.files.limits import (
    MAX_COLUMNS,
    MAX_ROW_BYTES,
    MAX_ROWS,
    FileEmpty,
    NotATable,
    RowTooLong,
    TooManyColumns,
    TooManyRows,
)
from qunying.kernel.files.text_table import ROW, Misfit, TextTable, column_names

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 5_000
_MISFIT_TEXT = 200


def looks_like_json_lines(path: Path) -> bool:
    """Tell whether a file (also gzip) begins with an object."""
    with ByteStream(path) as stream:
        return stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_json_lines(path: Path) -> TextTable:
    """Open a file with one JSON object per line (UTF-8). The columns are all fields that occur; rows count from 1.

    Numbers and nested values keep their JSON text; null is empty. A line that is no object is a misfit.

    Raises:
        FileEmpty, NotATable, TooManyColumns, TooManyRows, RowTooLong, FileTooLarge …: when it cannot be a table.
    """
    fields: dict[str, None] = {}
    for number, line in _objects(path, []):
        fields.update(dict.fromkeys(line))
        if len(fields) > MAX_COLUMNS:
            raise TooManyColumns(row=number, columns=len(fields), limit=MAX_COLUMNS)
    if not fields:
        raise FileEmpty
    misfits: list[Misfit] = []
    return TextTable(
        list(fields), 0, _batches(path, list(fields), misfits), misfits, {"format": "json lines"}
    )


def _batches(path: Path, header: list[str], misfits: list[Misfit]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    rows: list[tuple[int, dict[str, Any]]] = []

    def batch() -> "pa.RecordBatch":
        cells = [pa.array([_text(line.get(name)) for _number, line in rows], pa.string()) for name in header]
        numbers = pa.array([number for number, _line in rows], pa.int64())
        return pa.RecordBatch.from_arrays([numbers, *cells], names=[ROW, *column_names(len(header))])

    for row in _objects(path, misfits):
        rows.append(row)
        if len(rows) == _BATCH:
            yield batch()
            rows.clear()
    if rows:
        yield batch()


def _objects(path: Path, misfits: list[Misfit]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects with the numbers of their lines; what is none goes to the misfits."""
    with io.BufferedReader(ByteStream(path), 1 << 20) as stream:
        number = 0
        while line := stream.readline(MAX_ROW_BYTES + 1):
            number += 1
            if len(line) > MAX_ROW_BYTES:
                raise RowTooLong(row=number - 1, limit_mb=MAX_ROW_BYTES >> 20)
            if number > MAX_ROWS:
                raise TooManyRows(limit=MAX_ROWS)
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise NotATable(reason=f"JSON, UTF-8, {number}") from error
            if not text:
                continue
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield number, found
            else:
                misfits.append(Misfit(number, 1, text[:_MISFIT_TEXT]))


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()  # halves of characters cannot be stored
