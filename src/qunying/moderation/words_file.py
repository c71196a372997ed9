"""Watched words as CSV: word, action, violation, replacement, tag, language, active."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import WatchedWord

COLUMNS = ("word", "action", "violation", "replacement", "tag", "language", "active")
MAX_ROWS = 50_000
MAX_BYTES = 5_000_000
_YES = {"", "1", "yes", "true", "y", "是", "启用"}


class WordsFileUnreadable(Problem):
    """The file is no CSV of watched words."""

    code = "words_file_unreadable"
    kind = Kind.INVALID
    message = _("This is no list of watched words: a CSV file (UTF-8 or GB 18030) with a column “word”.")


class WordsFileTooLarge(Problem):
    """The file has too many rows."""

    code = "words_file_too_large"
    kind = Kind.INVALID
    message = _("At most {limit} words at a time.")


@dataclass(frozen=True)
class WordRow:
    """One word as it was written down; empty fields mean the usual."""

    word: str
    action: str = "review"
    violation: str = "spam_advertising"
    replacement: str = ""
    tag: str = ""
    language: str = "any"
    active: bool = True


def read_words(content: bytes) -> list[WordRow]:
    """Return the rows of a file.

    Raises:
        WordsFileUnreadable, WordsFileTooLarge.
    """
    if len(content) > MAX_BYTES:
        raise WordsFileTooLarge(limit=MAX_ROWS)
    reader = csv.DictReader(io.StringIO(_decoded(content)))
    try:
        names = [(name or "").strip().lower() for name in reader.fieldnames or []]
        if "word" not in names:
            raise WordsFileUnreadable
        reader.fieldnames = names
        rows: list[WordRow] = []
        for line in reader:
            if len(rows) >= MAX_ROWS:
                raise WordsFileTooLarge(limit=MAX_ROWS)
            rows.append(_row(line))
    except csv.Error as error:
        raise WordsFileUnreadable from error
    return [row for row in rows if row.word]


def _row(cells: dict[str, str | None]) -> WordRow:
    usual = WordRow(word="")
    line = {name: (cells.get(name) or "").strip() for name in COLUMNS}
    word = line["word"]
    if word[:1] == "'" and word[1:2] in "=+-@":  # as spreadsheets-safe exports write it
        word = word[1:]
    return WordRow(
        word=word,
        action=line["action"] or usual.action,
        violation=line["violation"] or usual.violation,
        replacement=line["replacement"],
        tag=line["tag"],
        language=line["language"] or usual.language,
        active=line["active"].lower() in _YES,
    )


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WordsFileUnreadable


def written_rows(words: Sequence[WatchedWord]) -> Iterator[list[object]]:
    """Return words as rows for a CSV file with the header ``COLUMNS``."""
    for word in words:
        yield [
            word.text,
            word.action,
            word.violation_id,
            word.replacement,
            word.tag,
            word.language,
            "yes" if word.is_active else "no",
        ]
