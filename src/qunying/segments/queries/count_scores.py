"""How many members have which scores."""

from dataclasses import dataclass, replace
from datetime import datetime

from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import scored_members
from qunying.segments.rules.tree import Window
from qunying.segments.rules.windows import window_start
from qunying.stream.lake import Analysis
from qunying.stream.money import is_elsewhere


@dataclass(frozen=True)
class ScoredMembers:
    """Members with the same three scores (1 the lowest), and their money net of refunds in minor units."""

    recency: int
    frequency: int
    monetary: int
    members: int
    monetary_minor: int


def count_scores(analysis: Analysis, as_of: datetime, *, bins: int) -> list[ScoredMembers]:
    """Return the scores that occur among members with an order in the window, looking back from an instant.

    Args:
        analysis: opened with the same ``as_of``.
        as_of: the instant to look back from.
        bins: the highest score, whatever the brand's own is.
    """
    question = question_at(as_of)
    scored = scored_members(analysis, replace(question, policy=replace(question.policy, bins=bins)))
    scored = scored.filter(scored.recency_score.notnull())
    names = {"recency": "recency_score", "frequency": "frequency_score", "monetary": "monetary_score"}
    sums = {"members": scored.count(), "money": scored.monetary_minor.sum()}
    counted = scored.group_by(**{name: scored[column] for name, column in names.items()}).aggregate(**sums)
    rows = analysis.connection.to_pyarrow(counted.order_by(*names)).to_pylist()
    return [
        ScoredMembers(row["recency"], row["frequency"], row["monetary"], row["members"], int(row["money"]))
        for row in rows
    ]


def count_elsewhere(analysis: Analysis, as_of: datetime) -> int:
    """Return how many orders in the window are in another currency than the brand's: they are orders, but no money of
    the scores, because amounts are not converted.
    """
    question = question_at(as_of)
    orders = analysis.events.filter(analysis.events.name == "order_paid", analysis.events.member_id.notnull())
    if question.policy.window_days is not None:
        since = window_start(Window(days=question.policy.window_days), as_of, question.zone)
        orders = orders.filter(orders.occurred_at > since)
    found = orders.filter(is_elsewhere(orders, question.currency)).count()
    return int(analysis.connection.to_pyarrow(found).as_py())
