"""The script that ships with results, run by a bare Python: right on what was published, wrong on any change."""

import argparse
import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qunying.engines import verify_draw
from qunying.engines.fair_bundles import (
    closing_statement,
    deck_bundle,
    draw_bundle,
    pairs_bundle,
    quiz_bundle,
    wheel_bundle,
    words_bundle,
)
from qunying.engines.fair_numbers import hash_of
from qunying.engines.pair_game import deal
from qunying.engines.public_draw import entry_name, spin
from qunying.engines.sealed_deck import build_deck, split_packet

SECRET = bytes(range(32))
PRIZES = [{"key": "gold", "count": 1, "weight": 1}, {"key": "cup", "count": 2, "weight": 9}]


def _rules(**settings: Any) -> dict[str, Any]:
    return {"activity": "a1", "kind": "test", "settings": settings}


def _draw() -> dict[str, Any]:
    entries = [entry_name(f"{owner:02x}", ticket) for owner in range(12) for ticket in (1, 2)]
    return draw_bundle(
        rules=_rules(prizes=PRIZES, alternates=2, sources=["lottery"]),
        secret=SECRET,
        public={"source": "lottery", "time": "2026-03-02T00:00:00Z", "value": "03 11 19"},
        entries=entries,
        closing=closing_statement(entries, {"03": "staff", "04": "staff"}, "2026-03-01T00:00:00Z"),
    )


def _packet() -> dict[str, Any]:
    deck = split_packet(1_000, 8, SECRET)
    opened = [{"serial": n, "by": f"m{n}", "card": deck[n - 1]} for n in (1, 2, 3)]
    return deck_bundle(rules=_rules(total_minor=1_000, shares=8), deck=deck, salt=SECRET, opened=opened)


def _prize_deck() -> dict[str, Any]:
    deck = build_deck({"gold": 1, "cup": 2}, 10, SECRET)
    opened = [{"serial": n, "by": f"m{n}", "card": deck[n - 1]} for n in range(1, 11)]
    return deck_bundle(rules=_rules(prizes=PRIZES, plays=10), deck=deck, salt=SECRET, opened=opened)


def _wheel() -> dict[str, Any]:
    weights = [("gold", 1), ("cup", 9), ("", 10)]
    left, plays = {"gold": 1, "cup": 2}, []
    for play in range(1, 15):
        landed = spin(SECRET, play, f"n{play}", weights)
        given = next((key for key in (landed, "cup") if landed and left[key]), "")
        if given:
            left[given] -= 1
        plays.append({"play": play, "by": f"m{play}", "nonce": f"n{play}", "landed": landed, "given": given})
    assert {play["given"] for play in plays} == {"cup", ""}
    return wheel_bundle(
        rules=_rules(prizes=PRIZES, blank_weight=10, fallback="cup"), secret=SECRET, plays=plays
    )


def _guess() -> dict[str, Any]:
    entries = [f"{owner:02x}:{'home' if owner % 2 else 'away'}" for owner in range(12)]
    return draw_bundle(
        rules=_rules(prizes=PRIZES, alternates=1, sources=["league"]),
        secret=SECRET,
        public={"source": "league", "time": "2026-03-02T00:00:00Z", "value": "home"},
        entries=entries,
        closing=closing_statement(entries, {"03": "staff"}, "2026-03-01T00:00:00Z"),
        guessed=True,
    )


def _quiz() -> dict[str, Any]:
    said = [{"by": "m2", "said": "A|B", "score": 1}, {"by": "m1", "said": "A|AB", "score": 2}]
    return quiz_bundle(rules=_rules(pass_mark=1), answers=["A", "AB"], salt=SECRET, said=said)


def _words() -> dict[str, Any]:
    words = [{"key": "w1", "prize": "cup"}, {"key": "w2", "prize": "gold"}]
    said = [
        {"by": "m2", "word": "w1", "given": "cup"},
        {"by": "m1", "word": "w1", "given": "cup"},
        {"by": "m3", "word": "w1", "given": ""},
        {"by": "m1", "word": "w2", "given": "gold"},
    ]
    rules = _rules(prizes=PRIZES, words=words)
    return words_bundle(rules=rules, words=["Spring", "Tea"], salt=SECRET, said=said)


def _pairs() -> dict[str, Any]:
    """Two games that are played with open cards, one that is broken off, over one cup."""
    plays = []
    for play, given in ((1, "cup"), (2, ""), (3, "")):
        deck = deal(3, SECRET, play)
        turned = [card + 1 for picture in range(3) for card in range(6) if deck[card] == picture]
        other = next(card for card in range(2, 7) if deck[card - 1] != deck[0])
        plays.append({"play": play, "by": f"m{play}", "turned": turned if play < 3 else [1, other, 1]})
        plays[-1]["given"] = given
    prizes = [{"key": "cup", "count": 1}]
    rules = _rules(prizes=prizes, within=[4], moves=5, products=[{"name": name} for name in "abc"])
    return pairs_bundle(rules=rules, secret=SECRET, plays=plays)


BUNDLES = {
    "words": _words,
    "pairs": _pairs,
    "guess": _guess,
    "quiz": _quiz,
    "draw": _draw,
    "packet": _packet,
    "prize deck": _prize_deck,
    "wheel": _wheel,
}


def _run(folder: Path, bundle: Any, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "bundle.json"
    file.write_text(json.dumps(bundle))
    script = Path(verify_draw.__file__)
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(file), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def _holds(bundle: Any) -> bool:
    """The same, without a process for each of a thousand bundles."""
    noted = argparse.Namespace(commitment="", rules="", root="", entry="")
    try:
        verify_draw.check(bundle, noted)
    except (verify_draw.Wrong, LookupError, TypeError, ValueError, AttributeError):
        return False
    return True


def _changed(value: Any) -> Iterator[Any]:
    """Every way to change one field of a value: a leaf, or one more or one less in a list or a map."""
    if isinstance(value, dict):
        for key in value:
            yield {name: inner for name, inner in value.items() if name != key}
            for other in _changed(value[key]):
                yield {**value, key: other}
        yield {**value, "more": 1}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield value[:place] + value[place + 1 :]
            for other in _changed(inner):
                yield [*value[:place], other, *value[place + 1 :]]
        yield [*value, copy.deepcopy(value[-1])] if value else ["more"]
    elif isinstance(value, bool | int):
        yield value + 1
    else:
        yield ("1" if value[:1] != "1" else "2") + value[1:]
        yield value + "0"


@pytest.mark.parametrize("kind", BUNDLES)
def test_a_bare_python_says_right_and_wrong(tmp_path, kind):
    bundle = BUNDLES[kind]()
    result = _run(tmp_path, bundle)
    assert (result.returncode, result.stdout[:6]) == (0, "RIGHT:"), result.stderr
    broken: Any
    for broken in ({**bundle, "digest": "0" * 64}, {**bundle, "commitment": "0" * 64}, {}, [], "text"):
        result = _run(tmp_path, broken)
        assert result.returncode == 1
        assert result.stderr.startswith("WRONG:")
    for option in ("--commitment", "--rules"):
        assert _run(tmp_path, bundle, option, "0" * 64).returncode == 1


@pytest.mark.parametrize("kind", BUNDLES)
def test_any_one_field_changed_is_wrong(kind):
    bundle = BUNDLES[kind]()
    assert _holds(bundle)
    tried = list(_changed(bundle))
    assert len(tried) > 50
    assert [other for other in tried if _holds(other)] == []


@pytest.mark.parametrize("kind", BUNDLES)
def test_a_change_that_renews_the_digest_is_wrong_all_the_same(kind):
    """Who publishes a false bundle makes it whole; only who had a card or a play, the
    nonce that a member sent, which wrong answer they gave and which cards they turned in vain are bound by the digest alone: they have it themselves."""
    bundle = BUNDLES[kind]()
    body = {name: value for name, value in bundle.items() if name != "digest"}
    passed = [other for other in _changed(body) if _holds({**other, "digest": hash_of(other)})]
    parts = {
        "packet": "opened",
        "prize deck": "opened",
        "wheel": "plays",
        "quiz": "said",
        "words": "said",
        "pairs": "plays",
    }
    own = ("by", "nonce", "said", "turned")
    for other in passed:
        same = {name: value for name, value in other.items() if value != bundle.get(name)}
        assert list(same) == [parts[kind]]
        rows, mine = other[parts[kind]], bundle[parts[kind]]
        assert len(rows) < len(mine) or all(
            {**row, **dict.fromkeys(own)} == {**old, **dict.fromkeys(own)}
            for row, old in zip(rows, mine, strict=True)
        )


def test_what_a_member_noted_is_compared(tmp_path):
    bundle = _draw()
    right = ("--root", bundle["closing"]["root"], "--entry", "05:2", "--commitment", bundle["commitment"])
    assert _run(tmp_path, bundle, *right).returncode == 0
    assert _run(tmp_path, bundle, "--entry", "ff:1").returncode == 1
    assert _run(tmp_path, bundle, "--root", "0" * 64).returncode == 1


def test_a_public_value_that_was_known_before_the_close_is_wrong():
    bundle = _draw()
    entries = bundle["entries"]
    early = draw_bundle(
        rules=bundle["rules"],
        secret=SECRET,
        public={**bundle["public"], "time": "2026-02-28T00:00:00Z"},
        entries=entries,
        closing=bundle["closing"],
    )
    assert not _holds(early)


def test_entries_that_were_not_closed_are_not_drawn_from():
    bundle = _draw()
    with pytest.raises(ValueError, match="closed"):
        draw_bundle(
            rules=bundle["rules"],
            secret=SECRET,
            public=bundle["public"],
            entries=bundle["entries"][1:],
            closing=bundle["closing"],
        )


def test_the_script_needs_nothing_but_python():
    text = Path(verify_draw.__file__).read_text()
    assert "qunying." not in text
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)
