"""Console pages of the health of communities: all beside each other, and one in full."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.doors.health_words import (
    AS_FIGURE,
    BADGES,
    FORMS,
    IN_MINUTES,
    LEVELS,
    OUTLOOKS,
    PARTS,
    SERIES,
)
from qunying.communities.health_report import HealthReport, report_health
from qunying.communities.queries.get_community import get_community
from qunying.engines.community_health import Part
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.inputs import DayInput
from qunying.kernel.money import to_decimal
from qunying.kernel.templatetags.console import number, percent
from qunying.kernel.web import csv_response

USUAL_DAYS = 30
LONGEST_DAYS = 370


class PeriodForm(forms.Form):
    """Local days, both included."""

    start = forms.DateField(label=gettext_lazy("From"), widget=DayInput(), required=False)
    end = forms.DateField(label=gettext_lazy("Until"), widget=DayInput(), required=False)


def _period(request: StaffRequest, zone: str) -> tuple[date, date]:
    form = PeriodForm(request.GET)
    typed = form.cleaned_data if form.is_valid() else {}
    end = typed.get("end") or local_day(get_analysis_time(clock.now()), zone)
    usual = date.fromordinal(max(end.toordinal() - USUAL_DAYS + 1, 1))
    start = typed.get("start") or usual
    if not 0 <= (end - start).days < LONGEST_DAYS or not 1900 < end.year < 2200:
        return _period_of(get_analysis_time(clock.now()), zone)
    return start, end


def _period_of(as_of: Any, zone: str) -> tuple[date, date]:
    end = local_day(as_of, zone)
    return date.fromordinal(end.toordinal() - USUAL_DAYS + 1), end


@page("communities.view")
def health_page(request: StaffRequest) -> HttpResponse:
    """Compare the health of all communities, the weakest first."""
    brand = get_brand()
    start, end = _period(request, brand.zone)
    reports = report_health(start=start, end=end, zone=brand.zone)
    if request.GET.get("format") == "csv":
        return _comparison_csv(reports, brand.currency)
    context = {
        "form": PeriodForm(initial={"start": start, "end": end}),
        "start": start,
        "end": end,
        "rows": [_row(report) for report in reports],
        "chart": _scores_chart(reports),
        "warned": sum(report.health.outlook.state == "warning" for report in reports),
        "parts": [(words[0], words[1], words[2]) for words in PARTS.values()],
        "query": request.GET.urlencode(),
    }
    return show(request, "communities/health.html", _("Health of communities"), context)


def _row(report: HealthReport) -> dict[str, Any]:
    health = report.health
    return {
        "community": report.community,
        "health": health,
        "figures": health.figures,
        "sales_per_member": _whole(health.sales_per_member_minor),
        "level": LEVELS[health.score.level],
        "badge": BADGES.get(health.score.level, ""),
        "outlook": OUTLOOKS[health.outlook.state],
        "outlook_badge": BADGES.get(health.outlook.state, ""),
    }


def _comparison_csv(reports: list[HealthReport], currency: str) -> HttpResponse:
    header = [
        _("Community"), _("Score"), _("State"), _("Outlook"), _("People"), _("Known members"), _("Joined"),
        _("Left"), _("Active members"), _("Messages"), _("Speakers"), _("Minutes to an answer"), _("Gini"),
        _("Buyers"), _("Orders"), _("Sales"), *(str(words[0]) for words in PARTS.values()),
    ]  # fmt: skip
    rows = []
    for report in reports:
        health, figures = report.health, report.health.figures
        points = {part.key: part.points for part in health.score.parts}
        rows.append(
            [
                report.community.name, _rounded(health.score.total), LEVELS[health.score.level],
                OUTLOOKS[health.outlook.state], figures.people, figures.members, figures.joined, figures.left,
                figures.active, figures.messages, figures.speakers, _rounded(figures.reply_minutes),
                _rounded(figures.gini, 3), figures.buyers, health.orders, to_decimal(health.sales_minor, currency),
                *(_rounded(points[key]) for key in PARTS),
            ]
        )  # fmt: skip
    return csv_response(f"community-health-{reports[0].start if reports else ''}", header, rows)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _scores_chart(reports: list[HealthReport]) -> str:
    """Scores as bars, weakest first; at most thirty."""
    colours = {"healthy": "#16a34a", "fair": "#d97706", "weak": "#dc2626"}
    known = [report for report in reports if report.health.score.total is not None][:30]
    chart = {
        "type": "bar",
        "data": {
            "labels": [report.community.name for report in known],
            "datasets": [
                {
                    "label": _("Score"),
                    "data": [_rounded(report.health.score.total) for report in known],
                    "backgroundColor": [colours[report.health.score.level] for report in known],
                }
            ],
        },
        "options": {
            "plugins": {"legend": {"display": False}},
            "scales": {"y": {"beginAtZero": True, "max": 100}},
        },
    }
    return json.dumps(chart)


@page("communities.view")
def community_health_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Show the health of one community with its parts and its last twelve weeks."""
    community, brand = get_community(community_id), get_brand()
    start, end = _period(request, brand.zone)
    (report,) = report_health(start=start, end=end, zone=brand.zone, community_id=community_id)
    health = report.health
    if request.GET.get("format") == "csv":
        header = [_("Week from"), *(str(SERIES[name]) for name in SERIES)]
        rows = [[week.start, *(getattr(week, name) for name in SERIES)] for week in health.weeks]
        return csv_response(f"community-weeks-{community_id}", header, rows)
    context = {
        "community": community,
        "form": PeriodForm(initial={"start": start, "end": end}),
        "start": start,
        "end": end,
        **_row(report),
        "parts": [_part(part) for part in health.score.parts],
        "signs": [
            {
                "series": SERIES[sign.series],
                "form": FORMS[sign.form],
                "before": round(sign.before, 1),
                "now": round(sign.now, 1),
                "change": sign.change,
            }
            for sign in health.outlook.signs
        ],
        "weeks": health.weeks,
        "weeks_chart": _weeks_chart(report),
        "query": request.GET.urlencode(),
    }
    title = _("Health of {name}").format(name=community.name)
    return show(request, "communities/community_health.html", title, context)


def _part(part: Part) -> dict[str, Any]:
    title, formula, source = PARTS[part.key]

    def written(value: float | None) -> str:
        if value is None:
            return "—"
        if part.key in IN_MINUTES:
            return _("{minutes} min").format(minutes=number(round(value)))
        return number(round(value, 2)) if part.key in AS_FIGURE else percent(value)

    return {
        "title": title,
        "formula": formula,
        "source": source,
        "value": written(part.value),
        "range": f"{written(part.poor)} → {written(part.good)}",
        "points": part.points,
        "width": round(part.points or 0),
        "weight": part.weight,
    }


def _weeks_chart(report: HealthReport) -> str:
    weeks = report.health.weeks
    colours = {"messages": "#c4b5fd", "speakers": "#7c3aed", "joined": "#16a34a", "left": "#dc2626"}
    chart = {
        "type": "line",
        "data": {
            "labels": [week.start.isoformat() for week in weeks],
            "datasets": [
                {
                    "label": str(SERIES[name]),
                    "data": [getattr(week, name) for week in weeks],
                    "borderColor": colour,
                    "backgroundColor": colour,
                    "pointRadius": 2,
                    "yAxisID": "messages" if name == "messages" else "people",
                }
                for name, colour in colours.items()
            ],
        },
        "options": {
            "scales": {
                "people": {"position": "left", "beginAtZero": True},
                "messages": {"position": "right", "beginAtZero": True, "grid": {"drawOnChartArea": False}},
            }
        },
    }
    return json.dumps(chart)


urlpatterns = [
    path("communities/health/", health_page, name="communities.health"),
    path(
        "communities/<uuid:community_id>/health/", community_health_page, name="communities.community_health"
    ),
]
