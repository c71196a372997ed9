"""Console page of what the brand owes its members, and how fast budgets are used."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_decimal, to_minor
from qunying.kernel.problems import Problem
from qunying.kernel.web import act_of, csv_response
from qunying.ledger.accounts import OwnerKind, is_money
from qunying.ledger.naming import display_amount, name_assets, name_owners
from qunying.ledger.queries.list_flows import DayOfAsset
from qunying.rewards.actions.state_points_worth import state_points_worth
from qunying.rewards.queries.get_liability import Liability, PointsPart, get_liability, list_days

DAYS = 30


class WorthForm(forms.Form):
    """What a thousand points are worth."""

    worth = forms.DecimalField(
        label=gettext_lazy("1,000 points are worth"), max_digits=9, decimal_places=2, min_value=0
    )


@page("ledger.view")
def liability_page(request: StaffRequest) -> HttpResponse:
    """Show what is owed by when it ends, budgets with their pace, and what was issued and used day by day."""
    now = clock.now()
    found, days = get_liability(now), list_days(DAYS, now)
    table = request.GET.get("table", "")
    if request.GET.get("format") == "csv":
        header, rows = _csv(table, found, days, request)
        return csv_response(f"liability-{table or 'owed'}-{now.date()}", header, rows)
    owners = name_owners(((OwnerKind.CAMPAIGN, row.owner_id) for row in found.budgets), request.actor)
    kinds = name_assets({row.kind for row in days})
    rate = found.minor_per_thousand_points
    context = {
        "found": found,
        "points": [(_part(part), part) for part in found.points],
        "points_chart": _points_chart(found.points),
        "budgets": [(owners[OwnerKind.CAMPAIGN, row.owner_id], row) for row in found.budgets],
        "breakage": [(name_assets([row.asset])[row.asset], row) for row in found.breakage],
        "days": [(kinds[row.kind], _amounts(row), row) for row in days],
        "days_chart": _days_chart([row for row in days if row.kind == "points"]),
        "form": WorthForm(initial={"worth": None if rate is None else to_decimal(rate, found.currency)}),
        "may_state": request.actor.may("rewards.state_points_worth"),
    }
    return show(request, "rewards/liability.html", _("What is owed"), context)


@require_POST
@page("rewards.state_points_worth")
def worth(request: StaffRequest) -> HttpResponse:
    """State what points are worth."""
    form = WorthForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter an amount of money."))
        return redirect("rewards.liability")
    currency = get_brand().currency
    amount: Decimal = form.cleaned_data["worth"]
    try:
        state_points_worth(
            **act_of(request), minor_per_thousand=to_minor(amount, currency), currency=currency
        )
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Saved."))
    return redirect("rewards.liability")


def _part(part: PointsPart) -> str:
    if part.kind == "available":
        return _month(part.month) if part.month else _("without end")
    names = {
        "pending": _("not available yet"),
        "held": _("set aside"),
        "debt": _("owed by members"),
    }
    return names[part.kind]


def _month(month: date) -> str:
    return str(date_format(month, "YEAR_MONTH_FORMAT"))


def _amounts(row: DayOfAsset) -> list[str]:
    asset = row.kind
    sums = (row.issued, row.taken_back, row.spent, row.given_back, row.expired)
    return [*(display_amount(each, asset) for each in sums), display_amount(row.net, asset, signed=True)]


def _points_chart(points: Sequence[PointsPart]) -> str:
    parts = [part for part in points if part.kind != "debt"]
    return _bars([_part(part) for part in parts], {_("Points"): [part.units for part in parts]})


def _days_chart(days: Sequence[DayOfAsset]) -> str:
    rows = list(reversed(days))
    bars = {
        _("Issued"): [row.issued for row in rows],
        _("Used"): [-row.spent + row.given_back for row in rows],
        _("Taken back"): [-row.taken_back for row in rows],
        _("Expired"): [-row.expired for row in rows],
    }
    return _bars([row.day.isoformat() for row in rows], bars, stacked=True)


def _bars(labels: list[str], bars: dict[str, list[int]], *, stacked: bool = False) -> str:
    axes = {"x": {"stacked": stacked}, "y": {"stacked": stacked}}
    datasets = [{"label": label, "data": values} for label, values in bars.items()]
    options: dict[str, Any] = {"scales": axes}
    if len(datasets) == 1:
        options["plugins"] = {"legend": {"display": False}}
    return json.dumps({"type": "bar", "data": {"labels": labels, "datasets": datasets}, "options": options})


def _csv(
    table: str, found: Liability, days: Sequence[DayOfAsset], request: StaffRequest
) -> tuple[list[str], list[tuple[object, ...]]]:
    if table == "budgets":
        owners = name_owners(((OwnerKind.CAMPAIGN, row.owner_id) for row in found.budgets), request.actor)
        header = [_("Budget of"), _("Currency"), _("Total"), _("Held"), _("Spent"), _("Free"), _("Used in 7 days"), _("Runs out")]  # fmt: skip
        return header, [
            (
                owners[OwnerKind.CAMPAIGN, row.owner_id],
                row.currency,
                *(to_decimal(each, row.currency) for each in (row.total, row.held, row.spent, row.free, row.used)),
                row.runs_out_at or "",
            )
            for row in found.budgets
        ]  # fmt: skip
    if table == "days":
        header = [_("Day"), _("Asset"), _("Issued"), _("Taken back"), _("Used"), _("Given back"), _("Expired"), _("Change")]  # fmt: skip
        return header, [(row.day, row.kind, *_numbers(row)) for row in days]
    header = [_("What"), _("Detail"), _("Units"), _("Currency"), _("Worth"), _("At most")]
    return header, _owed_rows(found)


def _numbers(row: DayOfAsset) -> list[object]:
    sums = (row.issued, row.taken_back, row.spent, row.given_back, row.expired, row.net)
    return [to_decimal(each, row.kind.upper()) if is_money(row.kind) else each for each in sums]


def _owed_rows(found: Liability) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (_("Points"), _part(part), part.units, found.currency, _decimal(part.worth_minor, found.currency), "")
        for part in found.points
    ]
    rows += [
        (
            pgettext("asset", "Coupons"),
            row.name,
            row.outstanding,
            row.currency,
            _decimal(row.expected_minor, row.currency),
            _decimal(row.largest_minor, row.currency),
        )
        for row in found.coupons
    ]
    rows += [
        (row.what, "", row.count if row.count is not None else "", row.currency,
         _decimal(row.worth_minor, row.currency), "")
        for row in found.others
    ]  # fmt: skip
    return rows


def _decimal(amount_minor: int | None, currency: str) -> object:
    return "" if amount_minor is None else to_decimal(amount_minor, currency)


urlpatterns = [
    path("liability/", liability_page, name="rewards.liability"),
    path("liability/worth/", worth, name="rewards.state_points_worth"),
]
