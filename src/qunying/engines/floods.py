"""Too much at once: one author beyond a rate, and many authors saying the same within a short time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


def beyond_limit(authors: ArrayLike, times: ArrayLike, *, limit: int, window: float) -> NDArray[np.bool_]:
    """Return which messages went beyond what their author may say within a window, shape (n,).

    A message does when it is at least the (limit + 1)th of its author within the window that ends with it, both ends counted.

    Args:
        authors: shape (n,), integer codes; negative ones are nobody in particular and never beyond.
        times: shape (n,), seconds.
        limit: how many are bearable, at least 1.
        window: seconds, at least 0.

    Raises:
        ValueError: for other shapes, times that are not finite, a limit below 1 or a negative window.
    """
    who, when = _checked(authors, times)
    if limit < 1 or window < 0:
        raise ValueError("the limit is at least 1 and the window not negative")
    beyond = np.zeros(len(who), dtype=bool)
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    if len(who) > limit:
        earlier = slice(None, -limit)
        later = slice(limit, None)
        same = (who[later] == who[earlier]) & (who[later] >= 0)
        beyond[order[later]] = same & (when[later] - when[earlier] <= window)
    return beyond


@dataclass(frozen=True)
class Burst:
    """Messages of one group of texts, close together in time, by many authors.

    Args:
        group: the group of texts.
        messages: their indexes, by time.
        authors: who wrote them, ascending.
    """

    group: int
    messages: tuple[int, ...]
    authors: tuple[int, ...]


def find_bursts(
    groups: ArrayLike, authors: ArrayLike, times: ArrayLike, *, least_authors: int, window: float
) -> list[Burst]:
    """Return the bursts: per group the longest stretches in which every message lies in a window with enough different authors.

    Args:
        groups: shape (n,), the group of each text; negative ones belong to none.
        authors: shape (n,), integer codes; negative ones are not counted.
        times: shape (n,), seconds.
        least_authors: how many different authors make a burst, at least 2.
        window: seconds, both ends counted.

    Raises:
        ValueError: for other shapes, times that are not finite, fewer than 2 authors or a negative window.
    """
    who, when = _checked(authors, times)
    what, _ = _checked(groups, times)
    if least_authors < 2 or window < 0:
        raise ValueError("a burst has at least 2 authors and a window that is not negative")
    order = np.lexsort((when, what))
    order = order[(what[order] >= 0) & (who[order] >= 0)]
    borders = np.flatnonzero(np.diff(what[order])) + 1
    bursts = []
    for members in np.split(order, borders):
        if len(members) >= least_authors:
            bursts.extend(_bursts_of(members, who[members], when[members], least_authors, window))
    return [
        Burst(int(what[members[0]]), tuple(members.tolist()), tuple(np.unique(who[members]).tolist()))
        for members in bursts
    ]


def _bursts_of(
    members: NDArray[np.int64],
    who: NDArray[np.int64],
    when: NDArray[np.float64],
    least_authors: int,
    window: float,
) -> list[NDArray[np.int64]]:
    """Return the stretches of one group's messages, which are sorted by time."""
    inside = np.zeros(len(members), dtype=bool)
    linked = np.zeros(
        len(members), dtype=bool
    )  # whether a message goes on with the stretch of the one before
    counts: dict[int, int] = {}
    first = marked = 0
    for last, author in enumerate(who.tolist()):
        counts[author] = counts.get(author, 0) + 1
        while when[last] - when[first] > window:
            gone = int(who[first])
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            first += 1
        if len(counts) >= least_authors:
            inside[max(first, marked) : last + 1] = True
            linked[max(first + 1, marked) : last + 1] = True
            marked = last + 1
    if not inside.any():
        return []
    stretches = np.split(np.arange(len(members)), np.flatnonzero(inside & ~linked))[1:]
    return [members[stretch[inside[stretch]]] for stretch in stretches]


def _checked(codes: ArrayLike, times: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    whole = np.asarray(codes)
    seconds = np.asarray(times, dtype=np.float64)
    if whole.ndim != 1 or whole.shape != seconds.shape or (whole.size and whole.dtype.kind not in "iu"):
        raise ValueError("expected one integer code and one time per message, shape (n,)")
    if not np.isfinite(seconds).all():
        raise ValueError("every time must be a finite number of seconds")
    return whole.astype(np.int64), seconds
