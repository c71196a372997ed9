"""Which characters the bytes of a text file stand for, decided over the whole file.

And the same text as UTF-8.
"""

import codecs
import io
import re
from dataclasses import dataclass

from qunying.kernel.files.byte_stream import BLOCK, ByteStream
from qunying.kernel.files.limits import SAMPLE_BYTES, NotATable

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_CONTROL = bytes(set(range(32)) - {0, 9, 10, 12, 13, 26, 27, 28, 29, 30, 31})
_HIGH = re.compile(rb"[\x80-\xff]")
_PAIR = re.compile(rb"[\x81-\xfe]([\x40-\x7e\x80-\xfe])")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Encoding:
    """The name of the encoding and how many bytes of mark come before the text. ``is_clean``.

    Every byte could be read.
    """

    name: str
    mark_bytes: int
    is_clean: bool
    sample: str


def find_encoding(stream: ByteStream) -> Encoding:
    """Read the whole stream and return its encoding: by its mark, else UTF-8 when all of it is, else GB18030, else Windows-1252.

    Raises:
        NotATable: when the bytes are no text at all.
    """
    head = _read(stream, SAMPLE_BYTES)
    for mark, marked in _MARKS:
        if head.startswith(mark):
            return Encoding(marked, len(mark), is_clean=True, sample=_sample(head[len(mark) :], marked))
    if name := _utf_16_without_mark(head):
        return Encoding(name, 0, is_clean=True, sample=_sample(head, name))
    rubbish = len(head) - len(head.translate(None, _CONTROL))
    if rubbish > 100 + len(head) / 50:
        raise NotATable(reason="binary")
    is_utf_8, odd = _survey(head, stream)
    if is_utf_8:
        return Encoding("utf-8", 0, is_clean=True, sample=_sample(head, "utf-8"))
    name = _eight_bit_encoding(odd)
    return Encoding(name, 0, is_clean=False, sample=_sample(head, name))


def utf_8_stream(stream: ByteStream, encoding: Encoding) -> io.RawIOBase:
    """Return the text of a stream as UTF-8 without a mark.

    What cannot be read becomes the replacement character.
    """
    _read(stream, encoding.mark_bytes)
    return stream if encoding.name == "utf-8" and encoding.is_clean else _Transcoder(stream, encoding.name)


class _Transcoder(io.RawIOBase):
    def __init__(self, stream: ByteStream, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - the caller takes what comes
        part = b""
        while not part and not self._ended:
            read = self._stream.read(BLOCK)
            self._ended = not read
            part = self._decoder.decode(read, final=self._ended).encode()
        return part


def _read(stream: ByteStream, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size and (part := stream.read(size - len(parts))):
        parts += part
    return bytes(parts)


def _sample(head: bytes, encoding: str) -> str:
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)


def _utf_16_without_mark(head: bytes) -> str | None:
    start = head[: len(head) // 2 * 2][:4096]
    if len(start) < 8:
        return None
    even, odd = start[0::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    name = "utf-16-le" if odd > half * 0.4 and even < half * 0.1 else None
    name = "utf-16-be" if even > half * 0.4 and odd < half * 0.1 else name
    if name is None or any(sign < " " and sign not in "\t\r\n" for sign in _sample(start, name)):
        return None
    return name


def _survey(head: bytes, stream: ByteStream) -> tuple[bool, bytes]:
    """Tell whether all bytes are UTF-8, and return up to a megabyte of those parts that are not plain ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf_8 = True
    odd = bytearray()
    block = head
    while block:
        if is_utf_8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf_8 = False
        if len(odd) < SAMPLE_BYTES and not block.isascii():
            first = _HIGH.search(block)
            odd += block[first.start() :] if first else b""
        block = stream.read(BLOCK)
    if is_utf_8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf_8 = False
    return is_utf_8, bytes(odd[:SAMPLE_BYTES])


def _eight_bit_encoding(odd: bytes) -> str:
    """Tell a damaged UTF-8 file, Chinese GB18030 and western Windows-1252 apart by their bytes above 127.

    Chinese text is made of pairs whose second byte is almost always above 0xA0. Western text has single high
    bytes before plain
    letters. In UTF-8 most high bytes decode.
    """
    decoded = odd.decode("utf-8", errors="replace")
    broken = decoded.count(REPLACEMENT)
    if sum(not sign.isascii() for sign in decoded) - broken > 5 * broken:
        return "utf-8"
    second = [match[1][0] for match in _PAIR.finditer(odd)]
    return "gb18030" if sum(byte > 0xA0 for byte in second) > len(second) / 2 else "cp1252"
