"""The health of a community as one figure with its parts.

Every part turns one ratio into 0–100 points along a straight line between a poor and a good value (speed of replies:
straight on the logarithm), and the score is the weighted mean of the parts that can be known. The good values are
marks to aim at, not laws of nature: ten people of a hundred who speak are many (Nielsen 2006, "Participation
Inequality", 90-9-1), most questions answered within a day (Kraut and Resnick 2012, "Building Successful Online
Communities"). Concentration is the coefficient of Gini (1912).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike

MONTH = 30
HEALTHY, FAIR = 70.0, 45.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What happened in a community in a period; counts of people, messages, days; None where it is not known.

    Attributes:
        days: length of the period.
        people_before, people: how many were in at its start and at its end.
        joined, left: people who came and went in it.
        members: known members at its end.
        active: known members who did anything in it.
        buyers: known members who bought in it.
        messages: posts in it; None when no message of the community is known at all.
        speakers: different people who wrote them.
        spoken_days: days with a post.
        openers: posts that reply to nothing.
        answered: openers that somebody else replied to within a day.
        reply_minutes: median time to the first reply of somebody else.
        gini: concentration of posts among speakers, 0 (equal) to 1 (one speaks).
    """

    days: int
    people_before: int
    people: int
    joined: int
    left: int
    members: int
    active: int
    buyers: int
    messages: int | None = None
    speakers: int = 0
    spoken_days: int = 0
    openers: int = 0
    answered: int = 0
    reply_minutes: float | None = None
    gini: float | None = None


@dataclass(frozen=True)
class Part:
    """One part of the score.

    Attributes:
        key: growth, loyalty, activity, voices, answers, speed, spread, steadiness or conversion.
        value: the ratio (speed: minutes) that it judges; None when it cannot be known.
        points: 0–100, None with the value.
        weight: its share of a score in which everything is known.
        poor, good: the values of 0 and of 100 points.
    """

    key: str
    value: float | None
    points: float | None
    weight: float
    poor: float
    good: float


@dataclass(frozen=True)
class Score:
    """``total`` 0–100 over the parts that are known (None when nothing is); ``known`` is their share of the weight."""

    total: float | None
    known: float
    parts: tuple[Part, ...]

    @property
    def level(self) -> str:
        """One word: healthy, fair, weak or unknown."""
        if self.total is None:
            return "unknown"
        return "healthy" if self.total >= HEALTHY else "fair" if self.total >= FAIR else "weak"


# part → (weight, poor, good); growth and loyalty per month of 30 days.
MARKS = {
    "growth": (0.15, -0.05, 0.05),
    "loyalty": (0.15, 0.10, 0.0),
    "activity": (0.15, 0.0, 0.40),
    "voices": (0.15, 0.0, 0.10),
    "answers": (0.10, 0.0, 0.80),
    "speed": (0.05, 1440.0, 15.0),
    "spread": (0.10, 0.95, 0.50),
    "steadiness": (0.05, 0.0, 1.0),
    "conversion": (0.10, 0.0, 0.20),
}


def score(figures: Figures) -> Score:
    """Return the score of a community.

    Raises:
        ValueError: when the period has no days or a count is negative.
    """
    counts = (figures.people_before, figures.people, figures.joined, figures.left, figures.members)
    if figures.days < 1 or min(counts) < 0:
        raise ValueError("a period has days, and counts are not negative")
    values = _values(figures)
    parts = []
    for key, (weight, poor, good) in MARKS.items():
        value = values[key]
        points = None if value is None else _points(value, poor, good, on_logarithm=key == "speed")
        parts.append(Part(key, value, points, weight, poor, good))
    known = sum(part.weight for part in parts if part.points is not None)
    if not known or not (figures.people or figures.people_before):
        return Score(None, 0.0, tuple(parts))
    total = sum(part.weight * part.points for part in parts if part.points is not None) / known
    return Score(total, known, tuple(parts))


def gini(counts: ArrayLike) -> float | None:
    """Return the concentration of counts per person: 0 when all are equal, towards 1 when one has nearly everything.

    Args:
        counts: shape (n,), not negative.

    Returns:
        ``sum((2 i - n - 1) x_i) / (n sum(x))`` over ascending x; None without counts or when all are 0.

    Raises:
        ValueError: for another shape, negative or infinite counts.
    """
    values = np.sort(np.asarray(counts, dtype=np.float64))
    if values.ndim != 1 or not np.isfinite(values).all() or (values < 0).any():
        raise ValueError("expected one count per person, not negative")
    if not values.size or not values.sum():
        return None
    places = np.arange(1, values.size + 1)
    return float(((2 * places - values.size - 1) * values).sum() / (values.size * values.sum()))


def rank_by_score(scores: Sequence[Score]) -> list[int]:
    """Return the places of the scores, worst first; unknown ones last."""
    return sorted(
        range(len(scores)),
        key=lambda place: (scores[place].total is None, scores[place].total or 0.0, place),
    )


def _values(figures: Figures) -> dict[str, float | None]:
    months = figures.days / MONTH
    before = max(figures.people_before, 1)
    ever_in = figures.people_before + figures.joined
    talks = figures.messages is not None
    return {
        "growth": (figures.joined - figures.left) / before / months if figures.people_before else None,
        "loyalty": figures.left / ever_in / months if ever_in else None,
        "activity": _ratio(figures.active, figures.members),
        "voices": _ratio(figures.speakers, figures.people) if talks else None,
        "answers": _ratio(figures.answered, figures.openers) if talks else None,
        "speed": figures.reply_minutes,
        "spread": figures.gini,
        "steadiness": figures.spoken_days / figures.days if talks else None,
        "conversion": _ratio(figures.buyers, figures.members),
    }


def _ratio(part: int, whole: int) -> float | None:
    return min(part / whole, 1.0) if whole else None


def _points(value: float, poor: float, good: float, *, on_logarithm: bool) -> float:
    if on_logarithm:
        value, poor, good = log(max(value, 1.0)), log(poor), log(good)
    return 100.0 * min(max((value - poor) / (good - poor), 0.0), 1.0)
