"""Recency, frequency and monetary scores of members, by value cut points, so that equal members score
equal."""

from typing import Any

import ibis
import numpy as np

from qunying.engines.rfm import cut_points
from qunying.kernel.clock import local_day
from qunying.segments.rules.plan import Plan
from qunying.stream.lake import Analysis


def with_scores(analysis: Analysis, plan: Plan, members: Any) -> Any:
    """Add ``recency_days, frequency, monetary_minor, last_order_at`` and the three ``…_score`` columns to
    the plan's members.

    Members without an order in the window have no scores (null).
    """
    question = plan.question
    measures = plan.score_measures()
    today = local_day(question.as_of, question.zone).toordinal() - EPOCH
    valued = members.mutate(**measures)
    local_last = analysis.local_time(valued.last_order_at, question.zone).date()
    valued = valued.mutate(recency_days=ibis.literal(today) - local_last.epoch_days())
    bought = valued.frequency > 0
    columns = valued.filter(bought).select("recency_days", "frequency", "monetary_minor").to_pyarrow()
    bins = question.policy.bins
    scores = {}
    for name, column in (
        ("recency", "recency_days"),
        ("frequency", "frequency"),
        ("monetary", "monetary_minor"),
    ):
        borders = cut_points(columns[column].to_numpy().astype(np.float64), bins)
        passed = sum(
            ((valued[column] > int(border)).cast("int64") for border in borders), ibis.literal(0, "int64")
        )
        score = bins - passed if name == "recency" else passed + 1
        scores[f"{name}_score"] = bought.ifelse(score, ibis.null("int64"))
    return valued.mutate(**scores)


EPOCH = 719_163  # the ordinal of 1970-01-01
