"""The penalty ladder: how severely an offence is answered, and why.

The severity of the offence chooses the first rung; earlier offences and aggravating circumstances climb from there, and some
circumstances have a rung below which nothing goes. All of it is the house's policy, given as a :class:`Ladder`; the rule itself
only adds, so that nothing that makes an offence worse can ever make the answer milder.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Literal

SEVERITIES = range(1, 6)


class Step(IntEnum):
    """The rungs, mildest first."""

    WARNING = 1
    MUTE_1_DAY = 2
    MUTE_7_DAYS = 3
    MUTE_15_DAYS = 4
    MUTE_FOREVER = 5
    REMOVAL = 6
    CLOSING = 7


DURATIONS: Mapping[Step, timedelta] = {
    Step.MUTE_1_DAY: timedelta(days=1),
    Step.MUTE_7_DAYS: timedelta(days=7),
    Step.MUTE_15_DAYS: timedelta(days=15),
}


@dataclass(frozen=True)
class Ladder:
    """A policy.

    Args:
        first: the rung of a first offence by severity 1 to 5; never milder for a graver one.
        steps_per_repeat: rungs up for each earlier offence that still counts.
        memory: for how long an offence counts as an earlier one.
        steps_per_factor: rungs up for each aggravating circumstance.
        at_least: the lowest rung where a circumstance is present.
        highest: where the ladder ends by itself; people may go further.

    Raises:
        ValueError: when a part of it would make something graver milder.
    """

    first: tuple[Step, Step, Step, Step, Step]
    steps_per_repeat: int = 1
    memory: timedelta = timedelta(days=180)
    steps_per_factor: Mapping[str, int] = field(default_factory=dict)
    at_least: Mapping[str, Step] = field(default_factory=dict)
    highest: Step = Step.REMOVAL

    def __post_init__(self) -> None:
        if list(self.first) != sorted(self.first) or len(self.first) != len(SEVERITIES):
            raise ValueError("a graver offence must not begin on a lower rung")
        if self.steps_per_repeat < 0 or self.memory < timedelta(0):
            raise ValueError("earlier offences cannot lighten a penalty")
        if any(steps < 0 for steps in self.steps_per_factor.values()):
            raise ValueError("an aggravating circumstance cannot lighten a penalty")
        if self.highest < max([*self.first, *self.at_least.values()]):
            raise ValueError("the ladder ends below a rung that it names")


@dataclass(frozen=True)
class Reason:
    """One part of the answer: what it was, how many rungs it added, and where that led.

    ``name`` is the circumstance where ``kind`` is ``factor`` or ``at_least``; ``count`` how often it was counted.
    """

    kind: Literal["severity", "repeat", "factor", "at_least", "highest"]
    steps: int
    step: Step
    name: str = ""
    count: int = 1


@dataclass(frozen=True)
class Answer:
    """The rung, and the reasons in the order in which they were counted."""

    step: Step
    reasons: tuple[Reason, ...]


def climb(
    ladder: Ladder, *, severity: int, earlier: Sequence[datetime], factors: Collection[str], at: datetime
) -> Answer:
    """Return the rung for an offence.

    Args:
        ladder: the policy.
        severity: of the offence, 1 (slight) to 5 (gravest).
        earlier: when earlier offences took place that have not been taken back; those older than the ladder's memory, and
            those after ``at``, do not count.
        factors: aggravating circumstances; those that the ladder does not name weigh nothing.
        at: when the offence took place.

    Raises:
        ValueError: when there is no such severity.
    """
    if severity not in SEVERITIES:
        raise ValueError(f"no severity {severity}")
    first = ladder.first[severity - 1]
    reasons = [Reason("severity", 0, first, count=severity)]
    height: int = first
    repeats = sum(1 for instant in earlier if at - ladder.memory < instant <= at)
    if added := repeats * ladder.steps_per_repeat:
        height += added
        reasons.append(Reason("repeat", added, _capped(height, ladder), count=repeats))
    for name in sorted(set(factors) & set(ladder.steps_per_factor)):
        if added := ladder.steps_per_factor[name]:
            height += added
            reasons.append(Reason("factor", added, _capped(height, ladder), name))
    for name in sorted(set(factors) & set(ladder.at_least)):
        if (lowest := ladder.at_least[name]) > height:
            reasons.append(Reason("at_least", lowest - height, lowest, name))
            height = lowest
    if height > ladder.highest:
        reasons.append(Reason("highest", ladder.highest - height, ladder.highest))
    return Answer(_capped(height, ladder), tuple(reasons))


def end_of(step: Step, begins: datetime) -> datetime | None:
    """Return when a penalty ends by itself; None for a warning and for what ends only by a decision."""
    duration = DURATIONS.get(step)
    return begins + duration if duration is not None else None


def _capped(height: int, ladder: Ladder) -> Step:
    return Step(min(height, ladder.highest))
