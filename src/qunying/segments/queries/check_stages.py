"""Do the definitions of the lifecycle stages leave nobody out, and do their rules read?"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.segments.queries.check_rule import conditions
from qunying.segments.rules.policy import STAGES
from qunying.segments.rules.reading import Mistake, RuleInvalid, find_mistakes, mistake


class StagesIncomplete(Problem):
    """Not every stage once, or the last one leaves somebody out."""

    code = "stages_incomplete"
    kind = Kind.INVALID
    message = _(
        "Define each of the six stages once. Every one but the last needs a rule; the last takes the rest."
    )


def check_stages(stages: Sequence[dict[str, Any]]) -> None:
    """Refuse definitions with which not everybody would be in exactly one stage.

    Raises:
        StagesIncomplete: when a stage is missing, twice there or without a rule.
        RuleInvalid: when a rule has a mistake, or asks for a stage or a segment.
    """
    names = sorted(str(row.get("stage")) for row in stages)
    extra = [key for row in stages for key in row if key not in {"stage", "rule"}]
    unruled = [row for row in stages[:-1] if "rule" not in row]
    if extra or unruled or names != sorted(STAGES) or "rule" in stages[-1]:
        raise StagesIncomplete
    for index, row in enumerate(stages[:-1]):
        for found in list_stage_mistakes(row["rule"]):
            path = f"stages[{index}].rule.{found.path}"
            raise RuleInvalid(path=path, reason=found.message, mistake=found.code, mistakes=1)


def list_stage_mistakes(rule: object) -> list[Mistake]:
    """Return all mistakes of a stage's rule; stages cannot lean on stages, nor on segments that may do so."""
    return find_mistakes(rule) or list(_leaning(rule))


def _leaning(rule: object) -> Iterator[Mistake]:
    for path, condition in conditions(rule):
        for word in ("lifecycle", "segment"):
            if word in condition:
                yield mistake(path, "not_in_stage", word=word)
