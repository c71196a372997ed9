"""Console pages: the overview and the analyses, each picture with its table and its download."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.insights.queries.choose_period import Period, choose_period
from qunying.insights.queries.get_dashboard import Dashboard, get_dashboard
from qunying.insights.queries.get_retention import RetentionCohort, get_retention
from qunying.insights.queries.get_rfm_grid import get_rfm_grid
from qunying.insights.queries.get_top_products import get_top_products
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_decimal
from qunying.kernel.web import csv_response
from qunying.shop.queries.get_active_hours import get_active_hours
from qunying.stream.lake import open_analysis

PRESETS = (7, 30, 90, 365)
WEEKDAYS = (
    gettext_lazy("Mon"),
    gettext_lazy("Tue"),
    gettext_lazy("Wed"),
    gettext_lazy("Thu"),
    gettext_lazy("Fri"),
    gettext_lazy("Sat"),
    gettext_lazy("Sun"),
)

GROUP_NAMES = {
    "champions": gettext_lazy("Champions"),
    "loyal": gettext_lazy("Loyal"),
    "potential_loyal": gettext_lazy("Becoming loyal"),
    "new": gettext_lazy("New"),
    "promising": gettext_lazy("Promising"),
    "needs_attention": gettext_lazy("Need attention"),
    "about_to_sleep": gettext_lazy("About to fall asleep"),
    "at_risk": gettext_lazy("At risk"),
    "cannot_lose": gettext_lazy("Must not be lost"),
    "hibernating": gettext_lazy("Asleep"),
    "lost": gettext_lazy("Lost"),
}


class PeriodForm(forms.Form):
    """Which days to look at; what is missing follows from the number of days."""

    start = forms.DateField(required=False)
    end = forms.DateField(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=3650)


@dataclass(frozen=True)
class Metric:
    """One figure of the overview beside what it was before."""

    label: str
    value: float | None
    before: float | None
    form: str

    @property
    def change(self) -> float | None:
        """How much more than before, as a ratio; None where there is nothing to compare with."""
        if self.value is None or not self.before:
            return None
        return (self.value - self.before) / abs(self.before)


def _period(request: StaffRequest) -> Period:
    form = PeriodForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    return choose_period(
        as_of=get_analysis_time(clock.now()),
        zone=get_brand().zone,
        start=given.get("start"),
        end=given.get("end"),
        days=given.get("days") or 30,
    )


@page("insights.view")
def dashboard_page(request: StaffRequest) -> HttpResponse:
    """Show the overview of a period."""
    brand, period = get_brand(), _period(request)
    with open_analysis() as analysis:
        found = get_dashboard(
            analysis, start=period.start, end=period.end, zone=brand.zone, currency=brand.currency
        )
        products = get_top_products(
            analysis, start=period.start, end=period.end, zone=brand.zone, currency=brand.currency, size=10
        )
        hours = get_active_hours(analysis, start=period.start, end=period.end, zone=brand.zone)
    if request.GET.get("format") == "csv":
        rows = [(day.day, day.orders, to_decimal(day.revenue_minor, brand.currency)) for day in found.days]
        return csv_response(
            f"overview-{period.start}-{period.end}", [_("Day"), _("Orders"), _("Revenue")], rows
        )
    context = {
        "period": period,
        "presets": PRESETS,
        "metrics": _metrics(found),
        "chart": _sales_chart(found, brand.currency),
        "elsewhere": found.now.elsewhere,
        "days": found.days,
        "products": products,
        "hours": _heat(hours),
        "is_empty": not any((found.now.orders, found.before.orders)),
    }
    return show(request, "insights/dashboard.html", _("Overview"), context)


def _metrics(found: Dashboard) -> list[Metric]:
    now, before = found.now, found.before
    return [
        Metric(_("New members"), now.new, before.new, "number"),
        Metric(_("Active members"), now.active, before.active, "number"),
        Metric(_("Retained members"), now.retained, before.retained, "number"),
        Metric(_("Orders"), now.orders, before.orders, "number"),
        Metric(_("Revenue"), now.revenue_minor, before.revenue_minor, "money"),
        Metric(_("Repeat rate"), now.repeat_rate, before.repeat_rate, "percent"),
    ]


def _sales_chart(found: Dashboard, currency: str) -> str:
    chart: dict[str, Any] = {
        "type": "bar",
        "data": {
            "labels": [day.day.isoformat() for day in found.days],
            "datasets": [
                {
                    "type": "line",
                    "label": _("Revenue ({currency})").format(currency=currency),
                    "data": [float(to_decimal(day.revenue_minor, currency)) for day in found.days],
                    "borderColor": "#7c3aed",
                    "backgroundColor": "#7c3aed",
                    "pointRadius": 0,
                    "borderWidth": 2,
                    "yAxisID": "revenue",
                },
                {
                    "label": _("Orders"),
                    "data": [day.orders for day in found.days],
                    "backgroundColor": "#c4b5fd",
                    "yAxisID": "orders",
                },
            ],
        },
        "options": {
            "scales": {
                "orders": {"position": "right", "beginAtZero": True, "grid": {"drawOnChartArea": False}},
                "revenue": {"position": "left", "beginAtZero": True},
                "x": {"ticks": {"maxTicksLimit": 12}},
            }
        },
    }
    return json.dumps(chart)


def _heat(rows: list[list[int]]) -> list[tuple[Any, list[dict[str, float]]]]:
    """Rows of weekday and cells with their share of the busiest one."""
    most = max((max(row) for row in rows), default=0) or 1
    return [
        (name, [{"value": value, "heat": round(value / most, 3)} for value in row])
        for name, row in zip(WEEKDAYS, rows, strict=True)
    ]


@page("insights.view")
def retention_page(request: StaffRequest) -> HttpResponse:
    """Show the retention triangle by month or week."""
    brand = get_brand()
    grain = "week" if request.GET.get("grain") == "week" else "month"
    with open_analysis() as analysis:
        cohorts = get_retention(analysis, grain=grain, zone=brand.zone)  # type: ignore[arg-type]
    width = max((len(cohort.retained) for cohort in cohorts), default=0)
    if request.GET.get("format") == "csv":
        header = [_("First order"), _("Members"), *(str(number) for number in range(width))]
        rows = [(cohort.start, cohort.size, *cohort.retained) for cohort in cohorts]
        return csv_response(f"retention-{grain}", header, rows)
    context = {
        "grain": grain,
        "cohorts": [_retention_row(cohort) for cohort in cohorts],
        "offsets": range(width),
        "chart": _retention_chart(cohorts, width),
    }
    return show(request, "insights/retention.html", _("Retention"), context)


def _retention_row(cohort: RetentionCohort) -> dict[str, Any]:
    cells = [{"count": count, "share": count / cohort.size} for count in cohort.retained]
    return {"start": cohort.start, "size": cohort.size, "cells": cells}


def _retention_chart(cohorts: list[RetentionCohort], width: int) -> str:
    """The average curve: all members whose cohort is old enough to have the offset."""
    shares = []
    for offset in range(width):
        old_enough = [cohort for cohort in cohorts if len(cohort.retained) > offset]
        members = sum(cohort.size for cohort in old_enough)
        shares.append(
            round(100 * sum(cohort.retained[offset] for cohort in old_enough) / members, 2)
            if members
            else None
        )
    return json.dumps(
        {
            "type": "line",
            "data": {
                "labels": list(range(width)),
                "datasets": [
                    {
                        "label": _("All cohorts, %"),
                        "data": shares,
                        "borderColor": "#7c3aed",
                        "backgroundColor": "#7c3aed",
                    }
                ],
            },
            "options": {"scales": {"y": {"beginAtZero": True, "max": 100}}},
        }
    )


@page("insights.view")
def rfm_page(request: StaffRequest) -> HttpResponse:
    """Show members by recency and frequency, and the groups that they form."""
    brand, as_of = get_brand(), get_analysis_time(clock.now())
    with open_analysis(as_of) as analysis:
        grid = get_rfm_grid(analysis, as_of)
    if request.GET.get("format") == "csv":
        header = [_("Recency score"), _("Frequency score"), _("Members"), _("Money")]
        rows = [
            (c.recency, c.frequency, c.members, to_decimal(c.monetary_minor, brand.currency))
            for c in grid.cells
        ]
        return csv_response(f"rfm-{as_of.date()}", header, rows)
    most = max((cell.members for cell in grid.cells), default=0) or 1
    everybody = sum(group.members for group in grid.groups) or 1
    scores = range(1, 6)
    context = {
        "as_of": as_of,
        "elsewhere": grid.elsewhere,
        "scores": scores,
        "rows": [
            (
                recency,
                [
                    {"cell": cell, "heat": cell.members / most}
                    for cell in grid.cells
                    if cell.recency == recency
                ],
            )
            for recency in reversed(scores)
        ],
        "groups": [
            {"name": GROUP_NAMES[group.code], "share": group.members / everybody, "group": group}
            for group in grid.groups
        ],
    }
    return show(request, "insights/rfm.html", _("RFM"), context)


@page("insights.view")
def hours_page(request: StaffRequest) -> HttpResponse:
    """Show orders by weekday and hour."""
    brand, period = get_brand(), _period(request)
    with open_analysis() as analysis:
        hours = get_active_hours(analysis, start=period.start, end=period.end, zone=brand.zone)
    if request.GET.get("format") == "csv":
        header = [_("Weekday"), *(f"{hour}:00" for hour in range(24))]
        rows = [(str(name), *row) for name, row in zip(WEEKDAYS, hours, strict=True)]
        return csv_response(f"active-hours-{period.start}-{period.end}", header, rows)
    context = {"period": period, "presets": PRESETS, "hours": _heat(hours)}
    return show(request, "insights/hours.html", _("Active hours"), context)


@page("insights.view")
def products_page(request: StaffRequest) -> HttpResponse:
    """Show what sold best."""
    brand, period = get_brand(), _period(request)
    with open_analysis() as analysis:
        products = get_top_products(
            analysis, start=period.start, end=period.end, zone=brand.zone, currency=brand.currency, size=100
        )
    if request.GET.get("format") == "csv":
        header = [_("Product"), _("Description"), _("Orders"), _("Buyers"), _("Units"), _("Revenue")]
        rows = [
            (*list(asdict(row).values())[:-1], to_decimal(row.revenue_minor, brand.currency))
            for row in products
        ]
        return csv_response(f"top-products-{period.start}-{period.end}", header, rows)
    chart = {
        "type": "bar",
        "data": {
            "labels": [row.description[:30] or row.product for row in products[:15]],
            "datasets": [
                {
                    "label": _("Revenue ({currency})").format(currency=brand.currency),
                    "data": [float(to_decimal(row.revenue_minor, brand.currency)) for row in products[:15]],
                    "backgroundColor": "#7c3aed",
                }
            ],
        },
        "options": {"indexAxis": "y"},
    }
    context = {"period": period, "presets": PRESETS, "products": products, "chart": json.dumps(chart)}
    return show(request, "insights/products.html", _("Top products"), context)


urlpatterns = [
    path("overview/", dashboard_page, name="insights.dashboard"),
    path("analysis/", retention_page, name="insights.analysis"),
    path("analysis/rfm/", rfm_page, name="insights.rfm"),
    path("analysis/hours/", hours_page, name="insights.hours"),
    path("analysis/products/", products_page, name="insights.products"),
]
