"""Files of labelled texts: CSV, gzipped or not, with a column ``label`` and a column ``text`` (any case, any order)."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELS = ("ok", "advertisement", "abuse")


class UnreadableLabels(Exception):  # noqa: N818 - a door turns it into words
    """A file does not hold labelled texts; the message says where and why."""


@dataclass(frozen=True)
class Labelled:
    """A text and what it is."""

    text: str
    label: str

    @property
    def kept_back(self) -> bool:
        """Whether the text belongs to the fixed fifth that is kept for measuring: by the second eight digits of its hash."""
        digits = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        return int(digits[8:16], 16) % 5 == 0


def read_labelled(path: Path, one_means: str | None = None) -> Iterator[Labelled]:
    """Yield the texts of a file.

    Args:
        path: of the file; gzip when it ends in ``.gz``. The delimiter is a comma, the text UTF-8.
        one_means: for files whose labels are 0 and 1: the label that 1 stands for; 0 is ``ok``. None: labels are words.

    Raises:
        UnreadableLabels: missing columns, or a label that is none.
        OSError: the file cannot be read.
    """
    meanings = {label: label for label in LABELS} if one_means is None else {"0": "ok", "1": one_means}
    open_binary = gzip.open if path.suffix == ".gz" else open
    with (
        open_binary(path, "rb") as content,
        io.TextIOWrapper(content, encoding="utf-8-sig", errors="replace", newline="") as lines,
    ):
        csv.field_size_limit(10_000_000)
        rows = csv.reader(lines)
        header = [name.strip().lower() for name in next(rows, [])]
        if "label" not in header or "text" not in header:
            raise UnreadableLabels(f"{path} has no columns “label” and “text”")
        label_at, text_at = header.index("label"), header.index("text")
        for row in rows:
            if len(row) <= max(label_at, text_at):
                continue
            label = meanings.get(row[label_at].strip().lower())
            if label is None:
                raise UnreadableLabels(f"{path}, line {rows.line_num}: “{row[label_at][:30]}” is no label")
            yield Labelled(row[text_at], label)
