"""The page about rules names every word of the language, and its examples read."""

import json
import re
from pathlib import Path

import pytest

from qunying.segments.rules.reading import find_mistakes, rule_schema
from qunying.segments.rules.tree import COLUMNS, HEADS, NUMBER_COLUMNS

PAGE = Path(__file__).parents[4] / "docs" / "segment-rules.md"


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.is_file():
        pytest.skip("the documentation is not part of this installation")
    return PAGE.read_text()


def test_every_word_is_documented(page: str) -> None:
    words = set(HEADS) | COLUMNS | NUMBER_COLUMNS | {"granted", "withdrawn", "unknown"}
    for part in rule_schema()["$defs"].values():
        words |= set(part["properties"])
        for property_ in part["properties"].values():
            words |= set(property_.get("enum", [])) | set(property_.get("items", {}).get("enum", []))
    words -= {"granted"}  # what is meant when nothing is said
    assert [word for word in sorted(words) if f"`{word}`" not in page and f'"{word}"' not in page] == []


def test_every_example_reads(page: str) -> None:
    blocks = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    inline = [text for text in re.findall(r"`([^`\n]+)`", page) if text.startswith("{")]
    assert len(blocks) >= 2
    assert len(inline) >= 20
    for text in [*blocks, *inline]:
        assert find_mistakes(json.loads(text)) == [], text


def test_every_head_has_an_example(page: str) -> None:
    for head in HEADS:
        assert f'{{"{head}":' in page
