"""Parquet files: columns of any plain type, as texts."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from qunying.kernel.files.byte_stream import too_large
from qunying.kernel.files.limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    FileDamaged,
    HeaderOnly,
    NotATable,
    OneColumnOnly,
    SuspiciousArchive,
    TooManyColumns,
    TooManyRows,
)
from qunying.kernel.files.text_table import ROW, TextTable, column_names

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 65_536


def read_parquet(path: Path) -> TextTable:
    """Open a Parquet file. Rows count as in a spreadsheet: the header is row 1.

    Raises:
        FileDamaged, HeaderOnly, TooManyColumns, TooManyRows, FileTooLarge, OneColumnOnly: when it cannot be a table.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        metadata = file.metadata
        header = list(file.schema_arrow.names)
        types = list(file.schema_arrow.types)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileDamaged(reason="Parquet") from error
    if len(header) > MAX_COLUMNS:
        raise TooManyColumns(row=1, columns=len(header), limit=MAX_COLUMNS)
    if len(header) < 2:
        raise OneColumnOnly(header=" ".join(header)[:80])
    if metadata.num_rows == 0:
        raise HeaderOnly(row=1)
    if metadata.num_rows > MAX_ROWS:
        raise TooManyRows(limit=MAX_ROWS)
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    if sum(group.total_byte_size for group in groups) > settings.MAX_IMPORT_BYTES:
        raise too_large()
    nested = next(
        (name for name, type_ in zip(header, types, strict=True) if pa.types.is_nested(type_)), None
    )
    if nested is not None:
        raise NotATable(reason=f"Parquet, {nested[:40]}")
    return TextTable(header, 1, _batches(file), notes={"format": "parquet"})


def _batches(file: Any) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    next_row = 2
    text_bytes = 0
    try:
        with file:
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [_texts(column) for column in batch.columns]
                text_bytes += sum(column.nbytes for column in columns)
                if text_bytes > 4 * settings.MAX_IMPORT_BYTES:
                    raise SuspiciousArchive(reason="Parquet")
                numbers = pa.array(range(next_row, next_row + batch.num_rows), pa.int64())
                next_row += batch.num_rows
                yield pa.RecordBatch.from_arrays(
                    [numbers, *columns], names=[ROW, *column_names(len(columns))]
                )
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileDamaged(reason="Parquet") from error


def _texts(column: "pa.Array") -> "pa.Array":
    """Return a column as texts: instants with a zone in UTC with Z, other times as they stand, empty for null."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_timestamp(kind):
        format_ = "%Y-%m-%d %H:%M:%S" + ("Z" if kind.tz else "")
        seconds = compute.cast(column, pa.timestamp("s", tz="UTC" if kind.tz else None), safe=False)
        column = compute.strftime(seconds, format=format_)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        column = pa.array(
            [value.decode("utf-8", "replace") if value else "" for value in column.to_pylist()], pa.string()
        )
    elif pa.types.is_floating(kind):
        from qunying.kernel.files.spreadsheet import cell_text

        column = pa.array([cell_text(value) for value in column.to_pylist()], pa.string())
    return compute.fill_null(compute.cast(column, pa.string()), "")
