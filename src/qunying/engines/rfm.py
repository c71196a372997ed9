"""Recency, frequency and monetary scores, 1 (low) to 5 (high), by value cut points.

A. M. Hughes, "Strategic Database Marketing" (1994), divides customers into fifths by rank and lets ties
fall on either side of a border. Here the borders are values (quantiles that are themselves values of the
data), so members with equal values always score equal; heavy ties make some scores rare or empty instead of
splitting the equal. Cut points are kept with the scores: scoring the same values with them again gives the
same scores, and SQL can repeat it as 1 + (value > c1) + (value > c2) + (value > c3) + (value > c4).
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Group = Literal[
    "champions",
    "loyal",
    "potential_loyal",
    "new",
    "promising",
    "needs_attention",
    "about_to_sleep",
    "at_risk",
    "cannot_lose",
    "hibernating",
    "lost",
]

BINS = 5

# Rows: recency 1 (long ago) to 5 (just now). Columns: frequency and money together, 1 to 5.
GRID: tuple[tuple[Group, Group, Group, Group, Group], ...] = (
    ("lost", "lost", "at_risk", "at_risk", "cannot_lose"),
    ("hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"),
    ("about_to_sleep", "about_to_sleep", "needs_attention", "loyal", "loyal"),
    ("promising", "potential_loyal", "potential_loyal", "loyal", "champions"),
    ("new", "potential_loyal", "potential_loyal", "champions", "champions"),
)


def cut_points(values: ArrayLike, bins: int = BINS) -> NDArray[np.float64]:
    """Return the bins-1 inner borders of the values, ascending, each a value that occurs.

    values: shape (n,), finite numbers. Border k is the smallest value with at least k/bins of all values at
    or below it (R. J. Hyndman and Y. Fan, The American Statistician 50, 1996, definition 1). Without
    values: no borders. Raises: ValueError for fewer than two bins, other shapes, NaN or infinity.
    """
    if bins < 2:
        raise ValueError("scores need at least two bins")
    numbers = _checked(values)
    if not numbers.size:
        return np.empty(0)
    return np.quantile(numbers, np.arange(1, bins) / bins, method="inverted_cdf").astype(np.float64)


def score(
    values: ArrayLike, borders: ArrayLike, *, descending: bool = False, bins: int = BINS
) -> NDArray[np.int64]:
    """Return the score of each value, 1 to bins: 1 + the number of borders below it.

    values: shape (n,). borders: from `cut_points`, perhaps of other values. descending: the lowest values
    score highest (days since the last order). Without borders everybody scores 1, descending `bins`.
    Raises: ValueError for other shapes, NaN or infinity, borders that are not ascending, or too many of
    them.
    """
    numbers, edges = _checked(values), _checked(borders)
    if len(edges) >= bins or (np.diff(edges) < 0).any():
        raise ValueError("the borders must be ascending and fewer than the bins")
    below = np.searchsorted(edges, numbers, side="left").astype(np.int64)
    return bins - below if descending else below + 1


def group(recency: int, frequency: int, monetary: int) -> Group:
    """Return the group of a member from the three scores (1-5): every combination has exactly one.

    Frequency and money count as one score, their mean with halves rounded up.
    Raises: ValueError for scores outside 1-5.
    """
    if not all(1 <= value <= BINS for value in (recency, frequency, monetary)):
        raise ValueError(f"scores must be 1 to {BINS}")
    return GRID[recency - 1][(frequency + monetary + 1) // 2 - 1]


def _checked(values: ArrayLike) -> NDArray[np.float64]:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError("expected one value per member, shape (n,)")
    if not np.isfinite(numbers).all():
        raise ValueError("every value must be a finite number")
    return numbers
