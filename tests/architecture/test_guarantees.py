"""The page of guarantees names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guarantees.md"
NAMED = re.compile(r"`([\w/.]+\.py)::(\w+)`")


def missing(page: str) -> list[str]:
    """The tests that a page names and that are nowhere."""
    found = []
    for path, name in NAMED.findall(page):
        files = [folder / path for folder in (ROOT, ROOT / "src" / "qunying")]
        if not any(file.is_file() and f"def {name}(" in file.read_text() for file in files):
            found.append(f"{path}::{name}")
    return found


def test_every_guarantee_is_proved_by_a_test_that_exists() -> None:
    page = PAGE.read_text()
    rows = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    assert rows
    assert not [row for row in rows if not NAMED.search(row)]
    assert not missing(page)
    assert missing("`ledger/tests/test_races.py::test_nothing_of_the_kind`")
