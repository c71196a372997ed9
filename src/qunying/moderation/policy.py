"""The house's policy on penalties: the ladder, what each rung takes, and the deadlines. Stored as a version, never changed."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qunying.engines.penalty_ladder import SEVERITIES, Answer, Ladder, Step, climb, end_of
from qunying.kernel.plain_reasons import first_refusal
from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import Factor, PenaltyStep, PolicyVersion

STEPS: Mapping[PenaltyStep, Step] = dict(zip(PenaltyStep, Step, strict=True))
STEP_NAMES: Mapping[Step, PenaltyStep] = {step: name for name, step in STEPS.items()}
MAX_POINTS = 1_000_000


class Taken(models.TextChoices):
    """What a penalty may take."""

    SPEAKING = "speaking", _("speaking")
    JOINING = "joining", _("being in communities")
    ACTIVITIES = "activities", _("taking part in activities")
    REWARDS = "rewards", _("getting rewards")
    PROMOTION = "promotion", _("getting offers by message")
    RANK = "rank", _("standing in rankings")


class PolicyInvalid(Problem):
    """The policy contradicts itself."""

    code = "policy_invalid"
    kind = Kind.INVALID
    message = _("This policy is not possible: {detail}")


class StepEffect(BaseModel):
    """What a rung takes. Speaking always goes with a mute, everything in the community with removal."""

    model_config = ConfigDict(extra="forbid")
    takes: list[Taken] = []
    points: int = Field(default=0, ge=0, le=MAX_POINTS)


class Policy(BaseModel):
    """A policy; see :class:`qunying.engines.penalty_ladder.Ladder` for the first part.

    Args:
        first: the first rung by severity 1 to 5.
        steps_per_repeat: rungs up for each earlier violation.
        memory_days: for how long it counts.
        steps_per_factor: rungs up by aggravating circumstance.
        at_least: the lowest rung by aggravating circumstance.
        highest: the highest rung that is suggested.
        effects: what each rung takes.
        appeal_days: how long a decision may be appealed against.
        reports_needed: distinct members whose reports open a case.
        reports_to_hide: distinct members whose reports hide what was said until the case is decided; 0 for never.
    """

    model_config = ConfigDict(extra="forbid")
    first: list[PenaltyStep] = Field(min_length=len(SEVERITIES), max_length=len(SEVERITIES))
    steps_per_repeat: int = Field(ge=0, le=6)
    memory_days: int = Field(ge=0, le=3650)
    steps_per_factor: dict[Factor, int] = {}
    at_least: dict[Factor, PenaltyStep] = {}
    highest: PenaltyStep
    effects: dict[PenaltyStep, StepEffect]
    appeal_days: int = Field(ge=1, le=365)
    reports_needed: int = Field(ge=1, le=100)
    reports_to_hide: int = Field(default=5, ge=0, le=100)

    @model_validator(mode="after")
    def _is_sound(self) -> "Policy":
        self.ladder  # noqa: B018 - refuses what would lighten
        for step, effect in self.effects.items():
            if STEPS[step] < Step.REMOVAL and Taken.JOINING in effect.takes:
                raise ValueError("only removal and closing keep out of communities")
        return self

    @property
    def ladder(self) -> Ladder:
        """The ladder as the engine wants it."""
        first = tuple(STEPS[step] for step in self.first)
        return Ladder(
            first=first,  # type: ignore[arg-type]
            steps_per_repeat=self.steps_per_repeat,
            memory=timedelta(days=self.memory_days),
            steps_per_factor={str(name): steps for name, steps in self.steps_per_factor.items()},
            at_least={str(name): STEPS[step] for name, step in self.at_least.items()},
            highest=STEPS[self.highest],
        )

    def suggest(
        self, *, severity: int, earlier: Collection[datetime], factors: Collection[str], at: datetime
    ) -> Answer:
        """Return the rung that the ladder gives; see :func:`qunying.engines.penalty_ladder.climb`."""
        return climb(self.ladder, severity=severity, earlier=list(earlier), factors=factors, at=at)

    def takes(self, step: PenaltyStep) -> list[str]:
        """Return everything that a rung takes, in the order of :class:`Taken`."""
        taken = set(self.effects.get(step, StepEffect()).takes)
        if STEPS[step] > Step.WARNING:
            taken.add(Taken.SPEAKING)
        if STEPS[step] >= Step.REMOVAL:
            taken |= {Taken.JOINING, Taken.ACTIVITIES, Taken.RANK}
        return [str(name) for name in Taken if name in taken]

    def points(self, step: PenaltyStep) -> int:
        """Return how many points a rung takes."""
        return self.effects.get(step, StepEffect()).points


def checked_policy(values: Mapping[str, Any]) -> Policy:
    """Return a policy from plain values.

    Raises:
        PolicyInvalid: with what is wrong.
    """
    try:
        return Policy.model_validate(values)
    except ValidationError as error:
        place, why = first_refusal(error)
        raise PolicyInvalid(detail=f"{place}: {why}".removeprefix(": ")[:300]) from error


def get_policy() -> tuple[int, Policy]:
    """Return the number of the present version, and the policy."""
    version = PolicyVersion.objects.order_by("-number").first()
    if version is None:
        raise LookupError("no policy is in place")
    return version.number, Policy.model_validate(version.policy)


def end_of_step(step: PenaltyStep, begins: datetime) -> datetime | None:
    """Return when a penalty ends by itself, if it does."""
    return end_of(STEPS[step], begins)


_LONG_MUTE = {"takes": ["speaking", "activities", "promotion", "rank"], "points": 100}
SHIPPED_POLICY: Mapping[str, Any] = {
    "first": ["warning", "mute_1_day", "mute_7_days", "mute_15_days", "mute_forever"],
    "steps_per_repeat": 1,
    "memory_days": 180,
    "steps_per_factor": {"minors": 2, "cheating": 1, "several_accounts": 1},
    "at_least": {"minors": "mute_15_days"},
    "highest": "removal",
    "effects": {
        "warning": {},
        "mute_1_day": {"takes": ["speaking"]},
        "mute_7_days": {"takes": ["speaking", "activities", "rank"]},
        "mute_15_days": _LONG_MUTE,
        "mute_forever": {**_LONG_MUTE, "takes": ["speaking", "activities", "rewards", "promotion", "rank"]},
        "removal": {"takes": ["rewards", "promotion"], "points": 500},
        "closing": {"takes": ["rewards", "promotion"], "points": MAX_POINTS},
    },
    "appeal_days": 15,
    "reports_needed": 3,
    "reports_to_hide": 5,
}
