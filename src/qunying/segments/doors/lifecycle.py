"""The console page on which the brand says what its lifecycle stages and scores mean."""

import json
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.accounts.queries.list_audit import name_actors
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of
from qunying.members.queries.stage_titles import STAGE_TITLES
from qunying.segments.actions.change_definitions import LONGEST_WINDOW_DAYS, change_definitions
from qunying.segments.doors.labels import builder_labels
from qunying.segments.queries.check_stages import list_stage_mistakes
from qunying.segments.queries.get_definitions import get_definitions, list_definitions
from qunying.segments.queries.get_vocabulary import get_vocabulary
from qunying.segments.queries.preview_definitions import preview_definitions
from qunying.segments.rules.policy import STAGES
from qunying.segments.rules.reading import MOST_CHARACTERS, Mistake, read_rule_text
from qunying.segments.rules.words import describe_rule


class DefinitionsForm(forms.Form):
    """Scoring, and one rule and one place in the order for each stage."""

    window_days = forms.IntegerField(
        label=gettext_lazy("Scores look back (days)"),
        required=False,
        min_value=1,
        max_value=LONGEST_WINDOW_DAYS,
        help_text=gettext_lazy("Empty for all time."),
    )
    bins = forms.IntegerField(label=gettext_lazy("Highest score"), min_value=3, max_value=10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for stage in STAGES:
            self.fields[f"order_{stage}"] = forms.IntegerField(min_value=1, max_value=6)
            self.fields[f"rule_{stage}"] = forms.CharField(max_length=MOST_CHARACTERS, required=False)

    def stages(self) -> list[dict[str, Any]]:
        """Return the stages in their order; the rule of the last one is left out.

        Raises:
            RuleInvalid: when a rule is not JSON.
        """
        ordered = sorted(STAGES, key=lambda stage: (self.cleaned_data[f"order_{stage}"], STAGES.index(stage)))
        rows: list[dict[str, Any]] = [
            {"stage": stage, "rule": read_rule_text(self.cleaned_data[f"rule_{stage}"])}
            for stage in ordered[:-1]
        ]
        return [*rows, {"stage": ordered[-1]}]


@page("segments.view")
def definitions_page(request: StaffRequest) -> HttpResponse:
    """Show the definitions and take new ones."""
    newest = get_definitions()
    form = DefinitionsForm(
        request.POST or None, initial={"window_days": newest.window_days, "bins": newest.bins}
    )
    if request.method == "POST" and form.is_valid():
        try:
            change_definitions(
                **act_of(request),
                stages=form.stages(),
                window_days=form.cleaned_data["window_days"],
                bins=form.cleaned_data["bins"],
            )
        except Problem as problem:
            if not problem.kind.is_refusal:
                raise
            messages.error(request, str(problem))
        else:
            messages.success(
                request,
                _("Saved. The new definitions are in force from now on; refresh the scores to see them."),
            )
            return redirect("segments.definitions")
    versions = list_definitions()
    people = name_actors({version.changed_by for version in versions})
    context = {
        "form": form,
        "newest": newest,
        "stages": [_shown(number, row, request) for number, row in enumerate(newest.stages, start=1)],
        "places": range(1, len(STAGES) + 1),
        "versions": [
            (version, people.get(version.changed_by, version.changed_by), _words(version.stages))
            for version in versions
        ],
        "words": {**asdict(get_vocabulary()), "labels": builder_labels()},
    }
    return show(request, "segments/definitions.html", _("Lifecycle and scores"), context)


def _shown(number: int, row: dict[str, Any], request: StaffRequest) -> dict[str, Any]:
    stage = row["stage"]
    typed = request.POST.get(f"rule_{stage}")
    rule = row.get("rule", {"event": "order_paid", "count": {"at_least": 1}})
    return {
        "stage": stage,
        "rank": STAGES.index(stage),
        "title": STAGE_TITLES[stage],
        "order": request.POST.get(f"order_{stage}", str(number)),
        "rule_text": json.dumps(rule, ensure_ascii=False, indent=2) if typed is None else typed,
    }


def _words(stages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    rest, currency = _("everybody else"), get_brand().currency
    return [
        (
            str(STAGE_TITLES[row["stage"]]),
            describe_rule(row["rule"], currency=currency) if "rule" in row else rest,
        )
        for row in stages
    ]


@require_POST
@page("segments.view")
def preview_stages(request: StaffRequest) -> HttpResponse:
    """Count who would be in which stage, or show what is wrong with the rules, as a fragment."""
    form = DefinitionsForm(request.POST)
    context: dict[str, Any] = {"zone": get_brand().zone}
    if not form.is_valid():
        context["errors"] = [error for errors in form.errors.values() for error in errors]
        return render(request, "segments/preview_stages.html", context)
    try:
        stages = form.stages()
    except Problem as problem:
        context["errors"] = [str(problem)]
        return render(request, "segments/preview_stages.html", context)
    mistakes: list[tuple[str, Mistake]] = [
        (row["stage"], one) for row in stages if "rule" in row for one in list_stage_mistakes(row["rule"])
    ]
    if mistakes:
        context["mistakes"] = [(stage, STAGE_TITLES[stage], one) for stage, one in mistakes]
    else:
        as_of = get_analysis_time(clock.now())
        window, bins = form.cleaned_data["window_days"], form.cleaned_data["bins"]
        counts = preview_definitions(stages, window, bins, as_of)
        total = sum(counts.values())
        context["counts"] = [
            (STAGE_TITLES[stage], count, count / total if total else 0) for stage, count in counts.items()
        ]
        context["as_of"] = as_of
    return render(request, "segments/preview_stages.html", context)
