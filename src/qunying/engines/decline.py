"""Early signs of decline in weekly series of a community.

A sign is a step or a slide. A step: the last three weeks lie below (for people leaving: above) the weeks before, by
the normal approximation for counts whose variance is at least their mean (quasi-Poisson; McCullagh and Nelder 1989,
chapter 6). A slide: the trend over all weeks, by the test of Mann (1945) and Kendall with the slope of Theil (1950)
and Sen (1968). Both need a change that matters, not only one that is certain. Several series are looked at, so a
single sign only means to watch; two of them, or one beyond doubt, are a warning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

RECENT = 3
LEAST_WEEKS = 8
CERTAIN, BEYOND_DOUBT = 0.02, 0.0005
STEP, SLIDE = 0.20, 0.25
LEAST_LEVEL = 3.0

# Which way is bad: -1 falling, 1 rising. The first three fall before the talk as a whole does.
DIRECTIONS = {"newcomers": -1, "answered": -1, "speakers": -1, "messages": -1, "joined": -1, "left": 1}


@dataclass(frozen=True)
class Sign:
    """One series that goes the wrong way.

    Attributes:
        series: its name, a key of ``DIRECTIONS``.
        form: ``step`` or ``slide``.
        before, now: its level before and lately (mean per week).
        change: ``now / before - 1``.
        chance: one-sided probability of this, or more, without any decline.
    """

    series: str
    form: str
    before: float
    now: float
    change: float
    chance: float


@dataclass(frozen=True)
class Outlook:
    """``state``: steady, watch, warning, or too_short when there are not enough weeks to tell."""

    state: str
    signs: tuple[Sign, ...]


def look_ahead(weekly: Mapping[str, Sequence[float]]) -> Outlook:
    """Return the signs of decline in weekly series, the most certain first.

    Args:
        weekly: name (a key of ``DIRECTIONS``) → whole weeks, oldest first, all of one length.

    Raises:
        ValueError: for an unknown name, negative or infinite values, or lengths that differ.
    """
    series = {name: np.asarray(values, dtype=np.float64) for name, values in weekly.items()}
    unknown = set(series) - set(DIRECTIONS)
    if unknown or len({values.shape for values in series.values()}) > 1:
        raise ValueError("expected known series of one length")
    if any(
        values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any() for values in series.values()
    ):
        raise ValueError("expected finite values that are not negative")
    if not series or len(next(iter(series.values()))) < LEAST_WEEKS:
        return Outlook("too_short", ())
    signs = sorted(
        (sign for name, values in series.items() if (sign := _sign(name, values)) is not None),
        key=lambda sign: sign.chance,
    )
    if len(signs) >= 2 or (signs and signs[0].chance < BEYOND_DOUBT):
        return Outlook("warning", tuple(signs))
    return Outlook("watch" if signs else "steady", tuple(signs))


def _sign(name: str, values: NDArray[np.float64]) -> Sign | None:
    """Return the more certain of step and slide, if there is one."""
    direction = DIRECTIONS[name]
    before, recent = values[:-RECENT], values[-RECENT:]
    level, now = float(before.mean()), float(recent.mean())
    if max(level, now) < LEAST_LEVEL:
        return None
    change = now / level - 1 if level else 1.0
    found = []
    if direction * change >= STEP:
        found.append((_step_chance(before, recent, direction), "step"))
    if direction * _slide(values) >= SLIDE:
        found.append((_slide_chance(values, direction), "slide"))
    certain = [one for one in found if one[0] < CERTAIN]
    if not certain:
        return None
    chance, form = min(certain)
    return Sign(name, form, level, now, change, chance)


def _step_chance(before: NDArray[np.float64], recent: NDArray[np.float64], direction: int) -> float:
    spread = max(float(before.var(ddof=1)), float(before.mean()), 1.0)
    distance = (recent.mean() - before.mean()) / sqrt(spread / len(recent) + spread / len(before))
    # Student's distribution, because the spread itself is only estimated.
    return float(special.stdtr(len(before) - 1, -direction * distance))


def _slide(values: NDArray[np.float64]) -> float:
    """Return the change over all weeks along the Theil–Sen line, as a share of the median."""
    middle = float(np.median(values))
    if not middle:
        return 0.0
    early, late = np.triu_indices(len(values), 1)
    slope = float(np.median((values[late] - values[early]) / (late - early)))
    return slope * (len(values) - 1) / middle


def _slide_chance(values: NDArray[np.float64], direction: int) -> float:
    if np.all(values == values[0]):
        return 1.0
    from scipy import stats  # slow to import, and seldom needed

    alternative: Literal["greater", "less"] = "greater" if direction > 0 else "less"
    return float(stats.kendalltau(np.arange(len(values)), values, alternative=alternative).pvalue)
