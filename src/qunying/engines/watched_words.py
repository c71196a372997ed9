"""Finding watched words, thousands at once, however they are dressed up.

Words and texts are compared by their skeletons (`folding`), so spelling tricks fall away before anything is compared; then each
candidate is judged by where it was written. Candidates are found as in R. M. Karp and M. O. Rabin, "Efficient randomized
pattern-matching algorithms" (IBM Journal 31, 1987), with a word's first two letters in the place of the hash, and its length to
tell which slices are worth comparing. The work grows with the text and the number of different word lengths, not with the number of words.

When joining was right: letters that stood together; letters that all stood apart ("加 微 信", "w.e.c.h.a.t"); less surely, letters
between which there were odd signs ("加*微信"). Sentences are not joined: "路口，交警" has no "口交". Latin words need word borders, so
"class" holds no "ass", and letters may be stretched but not doubled: "goood" is "god" and "good" is not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from qunying.engines.folding import Trace, fold, fold_origins, readings, skeleton, trace

DOUBTFUL = 0.6
_SENTENCE_SIGNS = frozenset(" \t\n\r,.!?;:、。…()[]\"'“”‘’《》〈〉「」")
_SPELLINGS = 8
_SHORTEST_PINYIN = 5


@dataclass(frozen=True)
class WatchedWord:
    """A word to look for.

    Args:
        text: in any spelling. A word with signs in it ("+v", "c++") is looked for as it is, in the folded text.
        pinyin: whether Chinese words also count when one or all of their characters are written in pinyin.
    """

    text: str
    pinyin: bool = True


@dataclass(frozen=True)
class Match:
    """Where a word was found.

    Args:
        word: its index in the list.
        start: in the text as written.
        end: exclusive.
        certainty: 1, or `DOUBTFUL` when odd signs were taken out to find it.
    """

    word: int
    start: int
    end: int
    certainty: float


class WordMatcher:
    """Watched words, prepared for searching.

    Args:
        words: what to look for. Words without a letter or digit that are not made of signs either (spaces) find nothing.
    """

    def __init__(self, words: Sequence[WatchedWord]) -> None:
        self._patterns: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        self._literals: list[tuple[int, str]] = []
        for index, word in enumerate(words):
            folded = fold(word.text).strip()
            if all(character.isalnum() or character.isspace() for character in folded):
                for spelling in _spellings(folded, pinyin=word.pinyin):
                    if pattern := skeleton(spelling):
                        self._patterns[pattern].append((index, spelling))
            else:
                self._literals.append((index, folded))
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for pattern in self._patterns:
            lengths[pattern[:2]].add(len(pattern))
        self._lengths = {head: tuple(sorted(found)) for head, found in lengths.items()}

    def search(self, text: str) -> list[Match]:
        """Return the words found in a text, in the order of their beginnings; overlapping ones too."""
        squeezed = skeleton(text)
        candidates = list(self._candidates(squeezed))
        found = dict[tuple[int, int, int], float]()
        if candidates:
            found = self._judged(squeezed, candidates, trace(text))
        if self._literals:
            found.update(self._search_literals(text))
        return [Match(word, start, end, certainty) for (start, end, word), certainty in sorted(found.items())]

    def _judged(
        self, squeezed: str, candidates: Sequence[tuple[int, int]], traced: Trace
    ) -> dict[tuple[int, int, int], float]:
        """Return the candidates that are words; beside a word that was found another one stands as if alone."""
        found = dict[tuple[int, int, int], float]()
        borders, before = set[int](), -1
        while len(borders) > before:
            before = len(borders)
            for at, size in candidates:
                for word, spelling in self._patterns[squeezed[at : at + size]]:
                    certainty = _judge(trace(spelling), traced, at, borders)
                    key = (traced.starts[at], traced.ends[at + size - 1], word)
                    if certainty > found.get(key, 0):
                        found[key] = certainty
                    if certainty == 1:
                        borders |= {at, at + size}
        return found

    def _candidates(self, text: str) -> Iterator[tuple[int, int]]:
        lengths, patterns = self._lengths, self._patterns
        for at in range(len(text)):
            head = text[at : at + 2]
            if head in lengths:
                for size in lengths[head]:
                    if at + size <= len(text) and text[at : at + size] in patterns:
                        yield at, size
            if len(head) == 2 and head[0] in lengths:
                yield at, 1

    def _search_literals(self, text: str) -> Iterator[tuple[tuple[int, int, int], float]]:
        folded = fold(text)
        origins: list[int] = []
        for index, literal in self._literals:
            at = folded.find(literal)
            while at >= 0:
                if _has_borders(literal, folded[:at][-1:], folded[at + len(literal) :][:1]):
                    origins = origins or fold_origins(text)
                    yield (origins[at], origins[at + len(literal) - 1] + 1, index), 1.0
                at = folded.find(literal, at + 1)


def _spellings(folded: str, *, pinyin: bool) -> Iterator[str]:
    """Return the word as it is, wholly in pinyin, and with one character in pinyin."""
    yield folded
    known = readings()
    spoken = [known.get(character, ()) for character in folded]
    if not pinyin or sum(map(bool, spoken)) < 2:
        return
    choices = [syllables or (character,) for syllables, character in zip(spoken, folded, strict=True)]
    for syllables in islice(product(*choices), _SPELLINGS):
        if sum(map(len, syllables)) >= _SHORTEST_PINYIN:
            yield " ".join(syllables)
    for at, syllables in enumerate(spoken):
        for syllable in syllables:
            yield f"{folded[:at]} {syllable} {folded[at + 1 :]}".strip()


def _judge(wanted: Trace, traced: Trace, at: int, borders: set[int]) -> float:
    """Return how surely a spelling stands at a place of a skeleton; 0 when it does not. Gaps that the spelling has itself are in order.

    ``borders`` are the places where words begin or end that were found before.
    """
    size = len(wanted.text)
    letters = traced.text[at : at + size]
    runs = traced.runs[at : at + size]
    if not all(map(_run_fits, letters, runs, wanted.runs)):
        return 0
    before = "" if traced.gaps[at] else traced.text[:at][-1:]
    after = "" if traced.gaps[at + size] else traced.text[at + size :][:1]
    if not _has_borders(letters, before, after):
        return 0
    inner = [
        gap
        for gap, in_order in zip(traced.gaps[at + 1 : at + size], wanted.gaps[1:size], strict=True)
        if not in_order
    ]
    if not any(inner):
        return 1
    alone = (not before or at in borders) and (not after or at + size in borders)
    if all(inner) and (size > 2 or alone):
        return 1
    latin = any(_kind(letter) == "letter" for letter in letters)
    odd = all(not gap or not _SENTENCE_SIGNS.issuperset(gap) for gap in inner)
    return DOUBTFUL if odd and not latin else 0


def _run_fits(letter: str, run: int, wanted: int) -> bool:
    """Tell whether so many of a letter in a row may stand for so many of the word: numbers never, Latin when clearly stretched."""
    match _kind(letter):
        case "digit":
            return run == wanted
        case "letter":
            return run == wanted or run >= wanted + 2
        case _:
            return run >= wanted


def _has_borders(letters: str, before: str, after: str) -> bool:
    """Tell whether no Latin word or number goes on beyond the ends."""
    return not (_continues(before, letters[0]) or _continues(letters[-1], after))


def _continues(left: str, right: str) -> bool:
    return bool(left and right) and _kind(left) == _kind(right) != ""


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "letter" if character.isalpha() and character < "\u0530" else ""
