"""How many members have which scores."""

from dataclasses import dataclass
from datetime import datetime

from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import scored_members
from qunying.stream.lake import Analysis


@dataclass(frozen=True)
class ScoredMembers:
    """Members with the same three scores (1 the lowest), and their money net of refunds in minor units."""

    recency: int
    frequency: int
    monetary: int
    members: int
    monetary_minor: int


def count_scores(analysis: Analysis, as_of: datetime) -> list[ScoredMembers]:
    """Return the scores that occur among members with an order in the window, looking back from an instant.

    Args:
        analysis: opened with the same ``as_of``.
        as_of: the instant to look back from.
    """
    scored = scored_members(analysis, question_at(as_of))
    scored = scored.filter(scored.recency_score.notnull())
    names = {"recency": "recency_score", "frequency": "frequency_score", "monetary": "monetary_score"}
    sums = {"members": scored.count(), "money": scored.monetary_minor.sum()}
    counted = scored.group_by(**{name: scored[column] for name, column in names.items()}).aggregate(**sums)
    rows = analysis.connection.to_pyarrow(counted.order_by(*names)).to_pylist()
    return [
        ScoredMembers(row["recency"], row["frequency"], row["monetary"], row["members"], int(row["money"]))
        for row in rows
    ]
