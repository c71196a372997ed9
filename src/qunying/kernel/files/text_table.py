"""A table of texts: what every readable file becomes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

ROW = "row"


@dataclass(frozen=True)
class Misfit:
    """A row with more or fewer cells than the header."""

    row: int
    cells: int
    text: str


@dataclass
class TextTable:
    """The header and the rows below it.

    ``batches`` yields Arrow batches with the columns ``row`` (int64, the number of the row in the file, the
    first one being 1)
    and ``c0`` … (text, never null, in the order of ``header``). ``misfits`` fills while they are read.
    """

    header: list[str]
    header_row: int
    batches: Iterator["pa.RecordBatch"]
    misfits: list[Misfit] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)


def column_names(width: int) -> list[str]:
    """Return the names of the text columns of a table."""
    return [f"c{number}" for number in range(width)]
