"""What the documents point at is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATH = re.compile(r"`([\w/]+(?:\.\w+|/))`")


def missing(page: str) -> list[str]:
    """The files and folders of the package that a page names and that are nowhere."""
    named = (path for path in PATH.findall(page) if "/" in path.rstrip("/"))
    return [path for path in named if not (ROOT / "src" / "qunying" / path).exists()]


def test_where_is_names_what_is_there() -> None:
    page = (ROOT / "docs" / "where-is.md").read_text()
    assert len(PATH.findall(page)) > 40
    assert not missing(page)
    assert missing("`ledger/nothing_of_the_kind.py`")
