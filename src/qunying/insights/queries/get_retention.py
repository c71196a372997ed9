"""Retention: of those who bought first in a period, how many bought again in each period after it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from qunying.engines.retention import Grain, period_of, period_start, triangle
from qunying.stream.lake import Analysis


@dataclass(frozen=True)
class RetentionCohort:
    """Members whose first order fell into the period that starts on ``start``.

    ``retained[n]`` of them ordered in the n-th period after it; ``retained[0]`` is ``size``.
    """

    start: date
    size: int
    retained: list[int]


def get_retention(analysis: Analysis, *, grain: Grain, zone: str) -> list[RetentionCohort]:
    """Return one cohort per local week (from Monday) or month of first order, of members with a known identity.

    Args:
        analysis: the stream to read.
        grain: ``"week"`` or ``"month"``.
        zone: the IANA zone whose days are meant.
    """
    orders = analysis.events.filter(analysis.events.name == "order_paid", analysis.events.member_id.notnull())
    days = orders.select(
        member=orders.member_id, day=analysis.local_time(orders.occurred_at, zone).date()
    ).distinct()
    found = analysis.connection.to_pyarrow(days)
    if found.num_rows == 0:
        return []
    members = found["member"].combine_chunks().dictionary_encode().indices.to_numpy()
    periods = period_of(found["day"].to_numpy().astype("datetime64[D]"), grain)
    return [
        RetentionCohort(period_start(cohort.start, grain), cohort.size, list(cohort.retained))
        for cohort in triangle(np.asarray(members), periods)
    ]
