"""How many members each stage would have by other definitions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import scored_members
from qunying.segments.rules.policy import policy_of
from qunying.stream.lake import open_analysis


def preview_definitions(
    stages: Sequence[dict[str, Any]], window_days: int | None, bins: int, as_of: datetime
) -> dict[str, int]:
    """Return stage → members if these were the definitions at an instant.

    Raises:
        RuleInvalid: when the rule of a stage does not read.
    """
    question = replace(question_at(as_of), policy=policy_of(0, list(stages), window_days, bins))
    with open_analysis(as_of) as analysis:
        scored = scored_members(analysis, question)
        counted = scored.group_by("stage").aggregate(members=scored.count()).to_pyarrow().to_pylist()
    counts = {row["stage"]: row["members"] for row in counted}
    return {row["stage"]: counts.get(row["stage"], 0) for row in stages}
