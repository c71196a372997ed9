"""The bytes of a file, unpacked when it is gzip, counted while they are read."""

import gzip
import io
import zlib
from io import BufferedReader
from pathlib import Path
from typing import Any

from django.conf import settings

from qunying.kernel.files.limits import (
    MAX_ARCHIVE_RATIO,
    RATIO_MATTERS_ABOVE,
    FileDamaged,
    FileEmpty,
    FileNotFound,
    FileTooLarge,
    NotAFile,
    SuspiciousArchive,
)

GZIP_START = b"\x1f\x8b"
BLOCK = 1 << 20


def checked_file(path: Path) -> int:
    """Return the size of a file in bytes, looking at nothing but its entry in the folder.

    Raises:
        FileNotFound, NotAFile, FileEmpty, FileTooLarge: when it is not worth opening.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise FileNotFound(path=str(path).replace("\x00", "")) from error
    if not path.is_file():
        raise NotAFile(path=str(path))
    if status.st_size == 0:
        raise FileEmpty
    if status.st_size > settings.MAX_IMPORT_BYTES:
        raise too_large()
    return status.st_size


def too_large() -> FileTooLarge:
    """Return the problem with the limit of this installation filled in."""
    return FileTooLarge(limit_mb=settings.MAX_IMPORT_BYTES >> 20)


class ByteStream(io.RawIOBase):
    """A readable stream of at most ``MAX_IMPORT_BYTES`` unpacked bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        self.is_gzip = self._file.read(2) == GZIP_START
        self._file.seek(0)
        self._bytes: gzip.GzipFile | BufferedReader = (
            gzip.GzipFile(fileobj=self._file) if self.is_gzip else self._file
        )
        self.count = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most a megabyte at once; none at the end.

        Raises:
            FileTooLarge, SuspiciousArchive, FileDamaged: when the content is not what its size promised.
        """
        try:
            part = self._bytes.read(min(size, BLOCK) if size >= 0 else BLOCK)
        except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
            raise FileDamaged(reason="gzip") from error
        self.count += len(part)
        if self.count > settings.MAX_IMPORT_BYTES:
            raise too_large()
        if (
            self.is_gzip
            and self.count > RATIO_MATTERS_ABOVE
            and self.count > MAX_ARCHIVE_RATIO * self._file.tell()
        ):
            raise SuspiciousArchive(reason="gzip")
        return part

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as buffered readers ask."""
        part = self.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        """Close the file."""
        self._bytes.close()
        self._file.close()
        super().close()
