"""The form of the penalty policy: the ladder as a table of choices."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from qunying.engines.penalty_ladder import SEVERITIES
from qunying.moderation.models import Factor, PenaltyStep
from qunying.moderation.policy import MAX_POINTS, Policy, StepEffect, Taken

_SIMPLE = (
    "steps_per_repeat",
    "memory_days",
    "highest",
    "appeal_days",
    "reports_needed",
    "reports_to_hide",
)
_NO_FLOOR = [("", "—"), *PenaltyStep.choices]


class PolicyForm(forms.Form):
    """A policy; fields that come in numbers are named ``first_1``, ``steps_minors``, ``floor_minors``, ``takes_removal``, ``points_removal``."""

    steps_per_repeat = forms.IntegerField(
        label=_("Rungs up for each earlier violation"), min_value=0, max_value=6
    )
    memory_days = forms.IntegerField(
        label=_("Days for which a violation counts as an earlier one"), min_value=0, max_value=3650
    )
    highest = forms.ChoiceField(label=_("Highest rung that is suggested"), choices=PenaltyStep.choices)
    appeal_days = forms.IntegerField(label=_("Days for an appeal"), min_value=1, max_value=365)
    reports_needed = forms.IntegerField(
        label=_("Different reporters that open a case"), min_value=1, max_value=100
    )
    reports_to_hide = forms.IntegerField(
        label=_("Different reporters that hide it until it is decided (0: never)"), min_value=0, max_value=100
    )
    change_note = forms.CharField(label=_("What changed, and why"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity in SEVERITIES:
            label = _("Severity {severity}")
            self.fields[f"first_{severity}"] = forms.ChoiceField(
                label=str(label).format(severity=severity), choices=PenaltyStep.choices
            )
        for factor in Factor:
            self.fields[f"steps_{factor}"] = forms.IntegerField(label=factor.label, min_value=0, max_value=6)
            self.fields[f"floor_{factor}"] = forms.ChoiceField(
                label=factor.label, choices=_NO_FLOOR, required=False
            )
        for step in PenaltyStep:
            self.fields[f"takes_{step}"] = forms.MultipleChoiceField(
                label=step.label, choices=Taken.choices, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields[f"points_{step}"] = forms.IntegerField(
                label=step.label, min_value=0, max_value=MAX_POINTS
            )

    @classmethod
    def of(cls, policy: Policy) -> "PolicyForm":
        """Return the form of a policy."""
        values: dict[str, Any] = policy.model_dump(
            mode="json",
            include=set(_SIMPLE),
        )
        for severity, step in zip(SEVERITIES, policy.first, strict=True):
            values[f"first_{severity}"] = step.value
        for factor in Factor:
            values[f"steps_{factor}"] = policy.steps_per_factor.get(factor, 0)
            values[f"floor_{factor}"] = policy.at_least.get(factor, "")
        for step in PenaltyStep:
            values[f"takes_{step}"] = policy.takes(step)
            values[f"points_{step}"] = policy.effects.get(step, StepEffect()).points
        return cls(initial=values)

    def policy(self) -> dict[str, Any]:
        """Return what was chosen, as ``publish_policy`` takes it."""
        chosen = self.cleaned_data
        return {
            "first": [chosen[f"first_{severity}"] for severity in SEVERITIES],
            "steps_per_factor": {str(factor): chosen[f"steps_{factor}"] for factor in Factor},
            "at_least": {str(factor): floor for factor in Factor if (floor := chosen[f"floor_{factor}"])},
            "effects": {
                str(step): {"takes": chosen[f"takes_{step}"], "points": chosen[f"points_{step}"]}
                for step in PenaltyStep
            },
            **{name: chosen[name] for name in _SIMPLE},
        }

    @property
    def first_rungs(self) -> list[BoundField]:
        """The first rung by severity."""
        return [self[f"first_{severity}"] for severity in SEVERITIES]

    @property
    def simple(self) -> list[BoundField]:
        """The fields that stand alone."""
        return [self[name] for name in _SIMPLE]

    @property
    def factor_rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each circumstance with the rungs that it adds and the lowest rung."""
        return ((str(factor.label), self[f"steps_{factor}"], self[f"floor_{factor}"]) for factor in Factor)

    @property
    def effect_rows(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each rung with what it takes and how many points."""
        return ((str(step.label), self[f"takes_{step}"], self[f"points_{step}"]) for step in PenaltyStep)
