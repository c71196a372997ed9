"""The tail: rows out of PostgreSQL as Arrow batches, in bounded memory, as the caller sees them."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from pyarrow import csv

BLOCK_BYTES = 4 << 20


@contextmanager
def copy_out(
    query: str, parameters: Sequence[object], schema: pa.Schema
) -> Iterator[pa.RecordBatchReader | None]:
    """Stream the rows of a query with the columns of a schema; maps stay JSON text.

    COPY through the connection that is open anyway is as fast as a second driver would be, and sees what the
    caller has written.

    Args:
        query: a SELECT whose columns are those of the schema, in order.
        parameters: its parameters.
        schema: names and types of the columns.

    Yields:
        A reader of record batches, or None when there is no row.
    """
    types = {field.name: pa.string() if pa.types.is_map(field.type) else field.type for field in schema}
    with (
        transaction.atomic(),
        connection.cursor() as cursor,
        _without_time_limit(),
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)", parameters) as copy,
    ):
        blocks = iter(copy)
        first = next(blocks, None)
        if first is None:
            yield None
            return
        yield csv.open_csv(
            pa.PythonFile(_Lines(chain([first], blocks)), mode="r"),
            read_options=csv.ReadOptions(column_names=schema.names, block_size=BLOCK_BYTES),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types,
                null_values=[""],
                true_values=["t"],
                false_values=["f"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )


@contextmanager
def _without_time_limit() -> Iterator[None]:
    """Lift the limit of a statement's time: how long a COPY takes depends on who reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        (limit,) = cursor.fetchone()
        cursor.execute("SET LOCAL statement_timeout = 0")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])


class _Lines(io.RawIOBase):
    """What COPY sends, as a file that Arrow can read."""

    def __init__(self, blocks: Iterator[Any]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        room = len(buffer)
        parts, size = [self._rest], len(self._rest)
        for block in self._blocks:
            parts.append(bytes(block))
            size += len(block)
            if size >= room:
                break
        whole = b"".join(parts)
        count = min(size, room)
        buffer[:count] = whole[:count]
        self._rest = whole[count:]
        return count
