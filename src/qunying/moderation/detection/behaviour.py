"""What texts have against them together: too many of one author, the same again and again, many authors in concert."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from qunying.engines.floods import Burst, beyond_limit, find_bursts
from qunying.engines.near_duplicates import group_near_duplicates
from qunying.moderation.detection.findings import Detector, Finding, Rules

_LONGEST_EVIDENCE = 200
_BURSTS_OF_AN_AUTHOR = 50  # compared with each other, at most
# Members fill in these together, each repeating the last one's text: that is how they are meant.
_SHARED_LISTS = ("接龙", "#Group Note")


@dataclass(frozen=True)
class Post:
    """A text, who said it, and when.

    Args:
        text: as written.
        author: the same value for the same author, None for nobody in particular.
        at: an aware instant.
        suspicious: whether it has a sign of advertising by itself.
    """

    text: str
    author: Hashable
    at: datetime
    suspicious: bool = False


def screen_behaviour(posts: Sequence[Post], rules: Rules) -> list[list[Finding]]:
    """Return what each post has against it beside the others, in the order of the posts.

    Many authors saying nearly the same at about the same time act in concert when what they say is suspicious by itself, or when
    mostly the same people do so again with another text: congratulations come from many, too, but only once.
    """
    authors = _numbers([post.author for post in posts])
    times = np.array([post.at.timestamp() for post in posts], dtype=np.float64)
    groups = group_near_duplicates([post.text for post in posts])
    groups[[any(mark in post.text for mark in _SHARED_LISTS) for post in posts]] = -1
    flooding = beyond_limit(authors, times, limit=rules.flood_limit, window=rules.flood_seconds)
    same = np.where((authors >= 0) & (groups >= 0), authors * (int(groups.max(initial=0)) + 1) + groups, -1)
    repeated = beyond_limit(same, times, limit=rules.duplicate_limit, window=rules.duplicate_seconds)
    found: list[list[Finding]] = [[] for _ in posts]
    detected: list[tuple[Detector, NDArray[np.bool_], float]] = [
        ("flood", flooding, 0.9),
        ("duplicate", repeated, 0.8),
        ("ring", _in_concert(posts, groups, authors, times, rules), 0.8),
    ]
    for detector, where, score in detected:
        for index in np.flatnonzero(where).tolist():
            evidence = posts[index].text[:_LONGEST_EVIDENCE]
            found[index].append(Finding(detector, rules.violations[detector], score, evidence, "review"))
    return found


def _in_concert(
    posts: Sequence[Post],
    groups: NDArray[np.int64],
    authors: NDArray[np.int64],
    times: NDArray[np.float64],
    rules: Rules,
) -> NDArray[np.bool_]:
    bursts = find_bursts(groups, authors, times, least_authors=rules.ring_authors, window=rules.ring_seconds)
    again = _bursts_with_the_same_people(bursts, rules.ring_authors)
    marked = np.zeros(len(posts), dtype=bool)
    for number, burst in enumerate(bursts):
        suspicious = sum(posts[index].suspicious for index in burst.messages)
        if number in again or suspicious * 2 > len(burst.messages):
            marked[list(burst.messages)] = True
    return marked


def _bursts_with_the_same_people(bursts: Sequence[Burst], least_authors: int) -> set[int]:
    """Return the bursts that share so many authors, and half of the smaller one's, with another burst of other texts."""
    by_author: defaultdict[int, list[int]] = defaultdict(list)
    for number, burst in enumerate(bursts):
        for author in burst.authors:
            by_author[author].append(number)
    shared = Counter(
        pair for numbers in by_author.values() for pair in combinations(numbers[:_BURSTS_OF_AN_AUTHOR], 2)
    )
    again: set[int] = set()
    for (one, other), authors in shared.items():
        smaller = min(len(bursts[one].authors), len(bursts[other].authors))
        if authors >= max(least_authors, smaller / 2) and bursts[one].group != bursts[other].group:
            again |= {one, other}
    return again


def _numbers(values: Sequence[Hashable]) -> NDArray[np.int64]:
    """Return the same number for the same value, -1 for None."""
    numbers: dict[Hashable, int] = {}
    return np.array(
        [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64
    )
