"""Texts that are nearly the same, among very many.

A text is the set of the letter pairs of its skeleton (`folding`), every digit counting as 0, so that other signs, emoji, spellings and
telephone numbers make no difference. Two texts are near-same when their sets have a Jaccard similarity of at least the threshold.
Candidates come from MinHash signatures cut into bands (A. Z. Broder, "On the resemblance and containment of documents", 1997;
J. Leskovec, A. Rajaraman and J. Ullman, "Mining of Massive Datasets", chapter 3); each is then checked exactly. With 8 bands of 4 a pair of
similarity 0.9 is met with a chance of 0.9995, of 0.8 with 0.985, of 0.6 with 0.67.
A group has a leader to whom each of its texts is near-same; chains, in which the ends have nothing in common any more, are not followed.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qunying.engines.folding import skeleton

BANDS, ROWS = 8, 4
_CHUNK = 50_000
_DIGITS = str.maketrans("123456789", "000000000")
# Odd multipliers, the same on every machine.
_SEEDS = np.random.default_rng(20_261_122).integers(2**62, 2**63, BANDS * ROWS, dtype=np.uint64) | np.uint64(
    1
)


def group_near_duplicates(
    texts: Sequence[str], *, threshold: float = 0.5, shortest: int = 8
) -> NDArray[np.int64]:
    """Return a group number for each text, shape (n,): near-same texts share one; -1 for texts too short to tell.

    Args:
        texts: any number.
        threshold: the Jaccard similarity of letter pairs, 0 to 1, from which two texts are near-same.
        shortest: letters and digits (runs counted once) below which a text is too common to say anything.

    Raises:
        ValueError: for a threshold outside 0 to 1 or a length below 2.
    """
    if not 0 < threshold <= 1 or shortest < 2:
        raise ValueError("the threshold is between 0 and 1, the shortest text has at least 2 letters")
    numbers: dict[str, int] = {}
    which = np.full(len(texts), -1, dtype=np.int64)
    for index, text in enumerate(texts):
        letters = skeleton(text).translate(_DIGITS)
        if len(letters) >= shortest:
            which[index] = numbers.setdefault(letters, len(numbers))
    if not numbers:
        return which
    distinct = list(numbers)
    groups = _join(distinct, threshold)
    return np.where(which < 0, -1, groups[which])


def _join(texts: list[str], threshold: float) -> NDArray[np.int64]:
    """Return the group of each of some distinct texts: the number of its leader."""
    signatures = np.concatenate(
        [_signatures(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    )
    candidates = [_neighbours(signatures[:, band * ROWS : (band + 1) * ROWS]) for band in range(BANDS)]
    near: defaultdict[int, list[int]] = defaultdict(list)
    for left, right in np.unique(np.concatenate(candidates), axis=0).tolist():
        if _similarity(texts[left], texts[right]) >= threshold:
            near[left].append(right)
            near[right].append(left)
    groups = np.arange(len(texts), dtype=np.int64)
    taken: set[int] = set()
    for leader in sorted(near):
        if leader in taken:
            continue
        taken.add(leader)
        reached = [leader]
        for member in reached:  # grows while it is walked
            for other in near[member]:
                if other not in taken and _similarity(texts[leader], texts[other]) >= threshold:
                    taken.add(other)
                    reached.append(other)
        groups[reached] = leader
    return groups


def _signatures(texts: list[str]) -> NDArray[np.uint32]:
    """Return the MinHash signatures, shape (texts, BANDS * ROWS)."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    ends = np.cumsum([len(text) for text in texts])
    pairs = letters[:-1] * np.uint64(0x9E3779B97F4A7C15) + letters[1:] * np.uint64(0xC2B2AE3D27D4EB4F)
    pairs ^= pairs >> np.uint64(29)
    inside = np.ones(len(pairs), dtype=bool)
    inside[ends[:-1] - 1] = False  # the pair across two texts belongs to none
    starts = np.concatenate(([0], ends[:-1])) - np.arange(len(texts))
    pairs = pairs[inside]
    signatures = np.empty((len(texts), BANDS * ROWS), dtype=np.uint32)
    for column, seed in enumerate(_SEEDS):
        signatures[:, column] = np.minimum.reduceat(
            ((pairs * seed) >> np.uint64(32)).astype(np.uint32), starts
        )
    return signatures


def _neighbours(band: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return pairs of texts that stand side by side in a bucket of a band, shape (pairs, 2)."""
    keys = np.zeros(len(band), dtype=np.uint64)
    for column in band.T:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(32)
    order = np.argsort(keys, kind="stable")
    together = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    return np.column_stack((order[together], order[together + 1]))


def _similarity(left: str, right: str) -> float:
    """Return the Jaccard similarity of the letter pairs of two texts of two letters or more."""
    one, other = (set(pairwise(text)) for text in (left, right))
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)
