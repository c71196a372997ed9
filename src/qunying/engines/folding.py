"""One spelling for text that tries to look like something else, with the way back to where it was written.

Two views of a text, both worked out character by character, so that every character knows where it came from:

- **folded**: compatibility forms as Unicode has them (Unicode Standard Annex 15, form KC: full-width letters, circled digits),
  lower case, no accents and tone marks, nothing invisible, Cyrillic and Greek look-alikes as Latin, traditional characters as
  simplified, letters and digits of emoji as plain ones. Spaces and punctuation stay.
- **skeleton**: of the folded text only letters and digits, and runs of one character as a single one: where the words of
  "加 * 微 * * 信信信" show. It joins what was apart; `trace` says for each character of the skeleton where it was written and how
  often in a row, so that a matcher can judge whether joining was right.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# What looks like a Latin letter (after lower-casing), beside what it looks like.
_LOOK_ALIKES = dict(
    zip(
        "авсԁеһіјӏкмпоԛрѕтѵԝхунѡґғɑαβεɡηικνορτυχγωɩℓꞵʋᴀᴄᴅᴇᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢßøđłħŧı",
        "abcdehijlkmnoqpstvwxyhwrfaabegnikvoptuxywilbvacdejkmnoprstuvwyzsodlhti",
        strict=True,
    )
)
# Digits and letters of symbols that Unicode does not take apart: first code point, how many, what the first stands for.
_SYMBOL_RUNS = (
    (0x2776, 9, "1"),
    (0x2780, 9, "1"),
    (0x278A, 9, "1"),
    (0x24F5, 9, "1"),
    (0x1F150, 26, "a"),
    (0x1F170, 26, "a"),
    (0x1F1E6, 26, "a"),
)
_SYMBOLS = {
    **{
        chr(start + step): chr(ord(first) + step)
        for start, count, first in _SYMBOL_RUNS
        for step in range(count)
    },
    **dict.fromkeys("❿➉➓🔟", "10"),
    "⓿": "0",
    "➕": "+",
}
# Blank or invisible, though Unicode calls them letters: Hangul fillers, the blank braille cell.
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")


def _read_simplified() -> dict[str, str]:
    lines = (files("qunying.engines") / "tables" / "simplified.txt").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    return dict(zip("".join(rows[::2]), "".join(rows[1::2]), strict=True))


class _Folds(dict[int, str]):
    """From a code point to what it folds to, worked out when first met."""

    def __init__(self) -> None:
        super().__init__()
        self._simplified = _read_simplified()

    def __missing__(self, code: int) -> str:
        folded = self[code] = "".join(self._fold(chr(code)))
        return folded

    def _fold(self, character: str) -> Iterator[str]:
        known = _SYMBOLS.get(character)
        for part in unicodedata.normalize("NFKD", known or character).lower():
            category = unicodedata.category(part)
            if part in "\t\n\r":
                yield part
            elif category[0] == "Z":
                yield " "
            elif category[0] not in "CM" and part not in _INVISIBLE:
                look = _LOOK_ALIKES.get(part, part)
                yield self._simplified.get(look, look)


class _Squeezes(dict[int, str]):
    """From a folded code point to itself when it is a letter or digit, else to nothing."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = self[code] = character if character.isalnum() else ""
        return kept


@cache
def _tables() -> tuple[_Folds, _Squeezes]:
    return _Folds(), _Squeezes()


_RUN = re.compile(r"(.)\1+")


def fold(text: str) -> str:
    """Return the folded view of a text."""
    return text.translate(_tables()[0])


def skeleton(text: str) -> str:
    """Return the skeleton of a text."""
    folds, squeezes = _tables()
    return _RUN.sub(r"\1", text.translate(folds).translate(squeezes))


def fold_origins(text: str) -> list[int]:
    """Return for each character of the folded view the index in the text that it came from, and at the end the text's length."""
    folds = _tables()[0]
    origins = [index for index, character in enumerate(text) for _ in folds[ord(character)]]
    return [*origins, len(text)]


@dataclass(frozen=True)
class Trace:
    """A skeleton and where it was written.

    Args:
        text: the skeleton.
        starts: for each of its characters, the index in the original where its run begins.
        ends: where its run ends, exclusive.
        runs: how often it stood in a row.
        gaps: one more than characters: the folded text (punctuation, spaces) before the first, between each two, and after the last.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    runs: tuple[int, ...]
    gaps: tuple[str, ...]


def trace(text: str) -> Trace:
    """Return the skeleton of a text with its origins. It takes about ten times as long as `skeleton`."""
    folds, _ = _tables()
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    runs: list[int] = []
    gaps = [""]
    for index, character in enumerate(text):
        for part in folds[ord(character)]:
            if not part.isalnum():
                gaps[-1] += part
            elif letters and letters[-1] == part:
                ends[-1] = index + 1
                runs[-1] += 1
                gaps[-1] = ""
            else:
                letters.append(part)
                starts.append(index)
                ends.append(index + 1)
                runs.append(1)
                gaps.append("")
    return Trace("".join(letters), tuple(starts), tuple(ends), tuple(runs), tuple(gaps))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return the pinyin readings of each common character, without tones, ü as v."""
    lines = (files("qunying.engines") / "tables" / "readings.txt").read_text(encoding="utf-8").splitlines()
    found: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if not line.startswith("#"):
            syllable, characters = line.split(" ")
            for character in characters:
                found[character] = (*found.get(character, ()), syllable)
    return found
