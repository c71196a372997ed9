"""Is a zip archive what it says? Its list is read, then every entry is unpacked and counted, before anybody else opens it."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from qunying.kernel.files.byte_stream import BLOCK, too_large
from qunying.kernel.files.limits import (
    MAX_ARCHIVE_ENTRIES,
    MAX_ARCHIVE_RATIO,
    MAX_COLUMNS,
    MAX_SHEET_CELLS,
    RATIO_MATTERS_ABOVE,
    FileDamaged,
    NotATable,
    SuspiciousArchive,
    TooManyColumns,
)

_PLACE = re.compile(rb'<(?:\w+:)?(c|row)\b[^>]*?\br="([A-Z]{0,4})(\d{0,8})"')
_OVERLAP = 512


@dataclass
class _Extent:
    """The lowest and rightmost cell that a sheet names: a reader would allocate the whole rectangle."""

    rows: int = 0
    columns: int = 0

    def take(self, text: bytes) -> None:
        for match in _PLACE.finditer(text):
            self.rows = max(self.rows, int(match[3] or 0))
            if match[2]:
                self.columns = max(self.columns, _column_number(match[2]))


def check_spreadsheet(path: Path) -> None:
    """Look through an XLSX file without keeping any of it in memory.

    Raises:
        NotATable: when it is another kind of archive.
        FileTooLarge, SuspiciousArchive, TooManyColumns: when it holds, or names, more than a table would.
        FileDamaged: when it cannot be unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_list(entries, path.stat().st_size)
            for entry in entries:
                _check_entry(archive, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise FileDamaged(reason="XLSX") from error


def _check_list(entries: list[zipfile.ZipInfo], size: int) -> None:
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise NotATable(reason="ZIP" if not any(name.startswith("xl/") for name in names) else "XLSB")
    if len(entries) > MAX_ARCHIVE_ENTRIES or len(names) < len(entries):
        raise SuspiciousArchive(reason="entries")
    total = sum(entry.file_size for entry in entries)
    if total > settings.MAX_IMPORT_BYTES:
        raise too_large()
    if total > RATIO_MATTERS_ABOVE and total > MAX_ARCHIVE_RATIO * size:
        raise SuspiciousArchive(reason=f"1:{total // max(size, 1)}")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one entry: no more may come out than its listing says, and a sheet may not reach too far."""
    if entry.flag_bits & 1:
        raise NotATable(reason="password")
    extent = _Extent()
    is_sheet = entry.filename.startswith("xl/worksheets/")
    unpacked = 0
    before = b""
    for block in _unpacked(archive, entry):
        unpacked += len(block)
        if unpacked > entry.file_size:
            raise SuspiciousArchive(reason=entry.filename[:60])
        if is_sheet:
            extent.take(before + block)
            before = block[-_OVERLAP:]
            _check_extent(extent)
    if unpacked < entry.file_size:
        raise FileDamaged(reason=entry.filename[:60])


def _check_extent(extent: _Extent) -> None:
    if extent.columns > MAX_COLUMNS:
        raise TooManyColumns(row=1, columns=extent.columns, limit=MAX_COLUMNS)
    if extent.rows * max(extent.columns, 1) > MAX_SHEET_CELLS:
        raise SuspiciousArchive(reason=f"{extent.rows} × {extent.columns}")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of an entry in blocks, however much there is: the library itself would stop at the listed size."""
    with archive.open(_as_stored(entry)) as packed:
        if entry.compress_type == zipfile.ZIP_STORED:
            while block := packed.read(BLOCK):
                yield block
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise NotATable(reason="compression")
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        while block := packed.read(BLOCK // 16):
            while block and not unpacker.eof:
                yield unpacker.decompress(block, BLOCK)
                block = unpacker.unconsumed_tail
        yield unpacker.flush()


def _as_stored(entry: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """Return the listing of an entry under which the library hands out its packed bytes as they are."""
    packed = zipfile.ZipInfo(entry.filename)
    packed.orig_filename = entry.orig_filename
    packed.header_offset = entry.header_offset
    packed.flag_bits = entry.flag_bits
    packed.compress_type = zipfile.ZIP_STORED
    packed.compress_size = packed.file_size = entry.compress_size
    unchecked: Any = packed
    unchecked.CRC = None  # the listed one is that of the unpacked bytes
    return packed


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
