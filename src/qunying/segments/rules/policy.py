"""The brand's own definitions that rules lean on: lifecycle stages in order, and how recency, frequency and
money are scored."""

from dataclasses import dataclass
from typing import Any

from qunying.segments.rules.reading import read_rule
from qunying.segments.rules.tree import Rule

STAGES = ("potential", "new", "active", "loyal", "dormant", "churned")


@dataclass(frozen=True)
class StageDefinition:
    """A stage and who is in it, unless an earlier stage has them already. Without a rule: everybody who is
    left."""

    stage: str
    rule: Rule | None


@dataclass(frozen=True)
class ScoringPolicy:
    """Definitions of one version. ``window_days`` None scores over all time; ``bins`` is the highest
    score."""

    version: int
    stages: tuple[StageDefinition, ...]
    window_days: int | None
    bins: int


def _order_paid(**words: Any) -> dict[str, Any]:
    return {"event": "order_paid", **words}


# First match wins, so the stages exclude each other; the last takes the rest, so everybody has one.
DEFAULT_STAGES: list[dict[str, Any]] = [
    {"stage": "potential", "rule": _order_paid(never=True)},
    {"stage": "churned", "rule": _order_paid(never=True, within={"days": 180})},
    {"stage": "dormant", "rule": _order_paid(never=True, within={"days": 90})},
    {"stage": "new", "rule": _order_paid(first={"within": {"days": 30}})},
    {"stage": "loyal", "rule": _order_paid(count={"at_least": 4}, within={"days": 180})},
    {"stage": "active"},
]
DEFAULT_WINDOW_DAYS = 365
DEFAULT_BINS = 5


def policy_of(
    version: int, stages: list[dict[str, Any]], window_days: int | None, bins: int
) -> ScoringPolicy:
    """Return stored definitions as a policy.

    Raises:
        RuleInvalid: when the rule of a stage does not read.
    """
    read = tuple(
        StageDefinition(row["stage"], read_rule(row["rule"]) if "rule" in row else None) for row in stages
    )
    return ScoringPolicy(version, read, window_days, bins)


def default_policy() -> ScoringPolicy:
    """Return the definitions that an installation starts with."""
    return policy_of(0, DEFAULT_STAGES, DEFAULT_WINDOW_DAYS, DEFAULT_BINS)
