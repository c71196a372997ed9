"""Console pages of a launched campaign: live figures, the report, its file and its table."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.campaigns.actions.add_lesson import add_lesson
from qunying.campaigns.measuring.report import Effect, Report
from qunying.campaigns.models import Arm, Campaign, Lesson, MeasuredBy, State
from qunying.campaigns.plan import Metric
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.get_report import get_report, report_time
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_decimal
from qunying.kernel.web import csv_response
from qunying.ledger.queries.get_budget import Budget, get_budget
from qunying.messages.queries.count_sends import count_posts, count_sends
from qunying.messages.reasons import Reason
from qunying.messages.reasons import State as SendState
from qunying.rewards.queries.list_coupons import CouponCounts, count_coupons

VERDICTS = {
    "proven_positive": gettext_lazy("Proven: the campaign worked"),
    "proven_negative": gettext_lazy("Proven: the campaign did harm"),
    "not_proven": gettext_lazy("Not proven"),
}
REASONS = {
    "no_holdout": gettext_lazy("Nobody was held out, so nothing can be compared."),
    "open_post": gettext_lazy("Not proven by holdout: an open post reached everybody in the communities."),
    "sample_ratio": gettext_lazy(
        "The groups do not have the sizes that were intended; the comparison cannot be trusted."
    ),
    "window_open": gettext_lazy("The days that count are not over. These are interim figures."),
    "too_few": gettext_lazy("There are too few members or communities in one of the groups."),
    "no_variation": gettext_lazy(
        "Nobody differs from the others of their group, so chance cannot be judged."
    ),
}
OUTCOMES = {
    "orders": gettext_lazy("Orders per member"),
    "sales": gettext_lazy("Sales per member, net of returns"),
    "bought": gettext_lazy("Share of members who bought"),
}
GOAL_STATES = {
    "met": gettext_lazy("met"),
    "missed": gettext_lazy("missed"),
    "reached_not_proven": gettext_lazy("reached, but not proven"),
    "open": gettext_lazy("still open"),
}
ARMS = {**dict(Arm.choices), "others": gettext_lazy("others (through the open post)")}


class LessonForm(forms.Form):
    """A highlight, a shortfall or a lesson."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Lesson.Kind.choices)
    area = forms.ChoiceField(label=gettext_lazy("Area"), choices=Lesson.Area.choices)
    text = forms.CharField(
        label=gettext_lazy("What we learnt"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


LESSON = (add_lesson, LessonForm, gettext_lazy("Noted."))


@dataclass(frozen=True)
class KeyFigures:
    """A campaign in a list, without a look at history."""

    campaign: Campaign
    sends: dict[str, int]
    coupons: CouponCounts
    budget: Budget
    burnt: float


def key_figures(campaign: Campaign) -> KeyFigures:
    """Return what went out, what was claimed, and how much of the budget is gone."""
    budget = get_budget(campaign.id)
    gone = budget.spent + budget.held
    burnt = min(1.0, gone / campaign.budget_minor) if campaign.budget_minor else 0.0
    return KeyFigures(campaign, count_sends(campaign.id), count_coupons(campaign.id), budget, burnt)


@page("campaigns.view")
def run_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show a running campaign as it stands now."""
    campaign = get_campaign(campaign_id)
    if campaign.launched_at is None:
        return show(request, "campaigns/not_launched.html", campaign.name, steps(campaign, "run"))
    report = get_report(campaign_id, report_time(campaign, clock.now()))
    figures = key_figures(campaign)
    context = {
        **steps(campaign, "run"),
        "report": report,
        "figures": figures,
        "states": [(label, figures.sends.get(state, 0)) for state, label in SendState.choices],
        "reasons": [
            (label, figures.sends[reason]) for reason, label in Reason.choices if reason in figures.sends
        ],
        "posts": [(SendState(state).label, count) for state, count in count_posts(campaign.id).items()],
        "arms": [(ARMS[row.arm], row) for row in report.arms],
        "is_running": campaign.state == State.RUNNING,
    }
    return show(request, "campaigns/run.html", campaign.name, context)


@page("campaigns.view")
def report_page(request: StaffRequest, campaign_id: UUID) -> HttpResponse:
    """Show the report; ``?format=csv`` gives its table."""
    campaign = get_campaign(campaign_id)
    if campaign.launched_at is None:
        return show(request, "campaigns/not_launched.html", campaign.name, steps(campaign, "report"))
    report = get_report(campaign_id, report_time(campaign, clock.now()))
    if request.GET.get("format") == "csv":
        return _csv(report)
    context = {**steps(campaign, "report"), **report_context(report), "lesson_form": LessonForm()}
    return show(request, "campaigns/report.html", campaign.name, context)


@page("campaigns.view")
def report_file(request: StaffRequest, campaign_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Give the report as one HTML file that needs nothing else."""
    campaign = get_campaign(campaign_id)
    report = get_report(campaign_id, report_time(campaign, clock.now()))
    response = HttpResponse(report_document(report), content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="campaign-report-{str(campaign_id)[:8]}.html"'
    return response


def report_document(report: Report) -> str:
    """Return the report as a self-contained HTML document: styles inside, no scripts, nothing from"
    " elsewhere."""
    return render_to_string("campaigns/report_file.html", report_context(report))


def steps(campaign: Campaign, current: str) -> dict[str, Any]:
    """Return what the row of steps above each page of a campaign needs."""
    order = ("plan", "preflight", "approval", "run", "report")
    reached = {State.SUBMITTED: 2, State.APPROVED: 3, State.RUNNING: 3, State.CLOSED: 5}
    return {
        "campaign": campaign,
        "step": current,
        "steps_done": order[: reached.get(State(campaign.state), 0)],
        "was_launched": campaign.launched_at is not None,
    }


def report_context(report: Report) -> dict[str, Any]:
    """Return a report in the words and shapes of its pages."""
    tone = {"proven_positive": "ok", "proven_negative": "bad"}.get(report.verdict, "warn")
    return {
        "report": report,
        "zone": report.campaign.zone,
        "currency": report.campaign.currency,
        "verdict": VERDICTS[report.verdict],
        "verdict_tone": tone,
        "verdict_reason": _reason(report),
        "goal_metric": Metric(report.goal.metric).label,
        "goal_state": GOAL_STATES[report.goal.state],
        "goal_is_lift": report.goal.metric in {Metric.ORDERS_PER_MEMBER, Metric.SALES_PER_MEMBER},
        "goal_is_money": report.goal.metric == Metric.NET_EFFECT,
        "goal_target_ratio": report.goal.target / 10_000,
        "goal_value_ratio": None if report.goal.value is None else report.goal.value / 10_000,
        "measured_by": MeasuredBy(report.design.measured_by).label,
        "arms": [(ARMS[row.arm], row) for row in report.arms],
        "effects": [
            (name, OUTCOMES[name], effect, lift_bar(effect)) for name, effect in report.effects.items()
        ],
        "chart": json.dumps(_chart(report)),
        "lessons": [
            (Lesson.Kind(row.kind).label, Lesson.Area(row.area).label, row) for row in report.lessons
        ],
    }


def _reason(report: Report) -> str:
    if report.verdict != "not_proven":
        return _("The interval (95 %) leaves out zero.")
    return str(
        REASONS.get(report.verdict_reason, _("The interval (95 %) contains zero: it may have been chance."))
    )


@dataclass(frozen=True)
class LiftBar:
    """An interval of a relative lift as a picture: percentages of the width."""

    left: float
    width: float
    point: float
    zero: float


def lift_bar(effect: Effect) -> LiftBar | None:
    """Return where the interval, its middle and zero lie; None when there is no interval."""
    found, relative = effect.comparison.relative_interval, effect.comparison.relative
    if found is None or relative is None:
        return None
    low, high = min(found.low, 0.0), max(found.high, 0.0)
    room = (high - low) * 0.1 or 0.1
    start, length = low - room, high - low + 2 * room
    return LiftBar(
        left=(found.low - start) / length * 100,
        width=(found.high - found.low) / length * 100,
        point=(relative - start) / length * 100,
        zero=-start / length * 100,
    )


def _chart(report: Report) -> dict[str, Any]:
    """Return orders and sales per member of both groups as a Chart.js configuration."""
    compared = [row for row in report.arms if row.arm in {Arm.TREATMENT, Arm.CONTROL}]
    currency = report.campaign.currency
    sales = [float(to_decimal(round(row.sales_per_member_minor), currency)) for row in compared]
    return {
        "type": "bar",
        "data": {
            "labels": [str(ARMS[row.arm]) for row in compared],
            "datasets": [
                {
                    "label": str(OUTCOMES["orders"]),
                    "data": [round(row.orders_per_member, 4) for row in compared],
                },
                {"label": f"{OUTCOMES['sales']} ({currency})", "data": sales, "yAxisID": "sales"},
            ],
        },
        "options": {
            "scales": {
                "y": {"beginAtZero": True},
                "sales": {"position": "right", "beginAtZero": True, "grid": {"drawOnChartArea": False}},
            }
        },
    }


def _csv(report: Report) -> HttpResponse:
    """Return the arms side by side: one line per figure."""
    names = [name for name in vars(report.arms[0]) if name != "arm"]
    rows = [[name, *(getattr(row, name) for row in report.arms)] for name in names]
    return csv_response(
        f"campaign-{str(report.campaign.id)[:8]}", ["", *(row.arm for row in report.arms)], rows
    )
