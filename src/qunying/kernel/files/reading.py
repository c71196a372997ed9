"""Reading whatever was handed in: the content says what it is, not the name."""

from pathlib import Path

from qunying.kernel.files.byte_stream import checked_file
from qunying.kernel.files.delimited import Recognise, read_delimited
from qunying.kernel.files.json_lines import looks_like_json_lines, read_json_lines
from qunying.kernel.files.limits import NotATable
from qunying.kernel.files.text_table import TextTable

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_table(path: Path, recognise: Recognise) -> TextTable:
    """Open a CSV or JSON lines (also gzip), XLSX or Parquet file as a table of texts.

    Args:
        path: the file.
        recognise: how many headers of a row are known.

    Raises:
        What ``files.limits`` names, here or while the batches are read.
    """
    checked_file(path)
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        from qunying.kernel.files.spreadsheet import read_spreadsheet

        return read_spreadsheet(path, recognise)
    if start.startswith(b"PAR1"):
        from qunying.kernel.files.parquet import read_parquet

        return read_parquet(path)
    if start == _OLD_OFFICE:
        raise NotATable(reason="XLS; save it as XLSX")
    if start.startswith(b"%PDF"):
        raise NotATable(reason="PDF")
    if looks_like_json_lines(path):
        return read_json_lines(path)
    return read_delimited(path, recognise)
