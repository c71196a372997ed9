"""Cohort retention: of the members who came first in a period, how many came again in each later period?

A cohort is everybody whose first active period is the same; member × period counts once, however often the
member was active in it. The classical cohort table, for example P. S. Fader and B. G. S. Hardie, "How to
project customer retention", Journal of Interactive Marketing 21 (2007); here activity may pause and resume.

A period is a number: months since January 1970, or weeks (Monday to Sunday) since the week of 1970-01-01.
Both come from local dates: what day it is in the brand's zone must be decided before.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Grain = Literal["week", "month"]

# 1970-01-01 was a Thursday: three days after its Monday.
DAYS_FROM_MONDAY = 3
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Everybody whose first active period is `start` (a period number).

    retained: members active in the period `start + offset` for each offset from 0 up to the last period of
    the table; retained[0] is size.
    """

    start: int
    size: int
    retained: tuple[int, ...]


def period_of(local_dates: ArrayLike, grain: Grain) -> NDArray[np.int64]:
    """Return the period number of each local date (datetime64 or date, shape (n,)); of a time its date
    counts.
    """
    days = np.asarray(local_dates, dtype="datetime64[D]")
    if grain == "month":
        return days.astype("datetime64[M]").astype(np.int64)
    return (days.astype(np.int64) + DAYS_FROM_MONDAY) // 7


def period_start(period: int, grain: Grain) -> date:
    """Return the first day of the period: the first of the month, or the Monday."""
    if grain == "month":
        return date(EPOCH.year + period // 12, period % 12 + 1, 1)
    return EPOCH + timedelta(days=period * 7 - DAYS_FROM_MONDAY)


def triangle(units: ArrayLike, periods: ArrayLike, *, last_period: int | None = None) -> list[Cohort]:
    """Return the cohorts, oldest first; periods in which nobody was new have none.

    units: who was active, shape (n,), any sortable type. periods: period number of that activity, shape
    (n,); repeats are harmless. last_period: where the table ends; the last active period when None. Later
    activity is left out.

    Raises: ValueError when the shapes differ.
    """
    who = np.asarray(units)
    when = np.asarray(periods, dtype=np.int64)
    if who.ndim != 1 or who.shape != when.shape:
        raise ValueError("each activity needs one unit and one period")
    if last_period is not None:
        who, when = who[when <= last_period], when[when <= last_period]
    if not len(who):
        return []
    end = int(when.max()) if last_period is None else last_period
    unit, period = _distinct(who, when)
    first = np.full(int(unit.max()) + 1, end, dtype=np.int64)
    np.minimum.at(first, unit, period)
    origin = int(first.min())
    width = end - origin + 1
    cells = (first[unit] - origin) * width + (period - first[unit])
    table = np.bincount(cells, minlength=width * width).reshape(width, width)
    return [
        Cohort(origin + row, int(table[row, 0]), tuple(table[row, : width - row].tolist()))
        for row in range(width)
        if table[row, 0]
    ]


def _distinct(who: NDArray[Any], when: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each pair of unit (as a number from 0) and period once."""
    unit = np.unique(who, return_inverse=True)[1].astype(np.int64)
    low = int(when.min())
    span = int(when.max()) - low + 1
    pairs = np.unique(unit * span + (when - low))
    return pairs // span, pairs % span + low
