"""Simulation of a coupon before it opens: the console's page and the API's answer."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema
from pydantic import Field

from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_minor
from qunying.kernel.problems import Problem
from qunying.kernel.web import ApiRequest
from qunying.rewards.queries.foresee_coupon import foresee_coupon
from qunying.rewards.queries.get_template import get_template

router = Router()
MOST_PER_HOUR = 100_000
PER_CENT = 100


class ExpectedForm(forms.Form):
    """How many ask for one, and what a use costs."""

    per_hour = forms.FloatField(
        label=gettext_lazy("Claims per hour, on average"), min_value=0, max_value=MOST_PER_HOUR
    )
    used = forms.FloatField(
        label=gettext_lazy("Of a hundred, so many are used"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=gettext_lazy("Empty: as so far."),
    )
    cost = forms.DecimalField(
        label=gettext_lazy("What one use costs"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("Empty: the largest discount."),
    )


@page("rewards.view")
def simulation_page(request: StaffRequest, template_id: UUID) -> HttpResponse:
    """Ask how many are expected and show what that may come to."""
    template = get_template(template_id)
    form = ExpectedForm(request.GET if "per_hour" in request.GET else None)
    found, problem = None, ""
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        cost: Decimal | None = typed["cost"]
        try:
            found = foresee_coupon(
                template,
                per_hour=typed["per_hour"],
                used=None if typed["used"] is None else typed["used"] / PER_CENT,
                cost_minor=None if cost is None else to_minor(cost, template.currency),
                now=clock.now(),
            )
        except Problem as error:
            problem = str(error)
    context = {"template": template, "form": form, "found": found, "problem": problem}
    if found:
        context["claims"] = found.outcome.prizes[0]
    return show(request, "rewards/simulation.html", _("Simulation"), context)


class SpreadOut(Schema):
    """Mean, and between what 90 of 100 runs lie."""

    mean: float
    low: float
    high: float


class CouponSimulationOut(Schema):
    """What a thousand runs come to. stock_out: share of runs in which the last coupon goes, after so many hours at the median."""

    runs: int
    begins: datetime
    ends: datetime
    left: int
    used: float
    asked: SpreadOut
    claimed: SpreadOut
    missed: SpreadOut
    stock_out: float
    hours: float | None
    cost_minor: SpreadOut
    currency: str


@router.get(
    "/coupons/templates/{template_id}/simulation",
    response=CouponSimulationOut,
    operation_id="rewards.foresee_coupon",
)
def simulation(
    request: ApiRequest,
    template_id: UUID,
    per_hour: Annotated[float, Query(ge=0, le=MOST_PER_HOUR)],
    used: Annotated[float | None, Query(ge=0, le=1)] = None,
    cost_minor: Annotated[int | None, Query(ge=0, le=10**9)] = None,
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1,
) -> object:
    """Play a coupon a thousand times; changes nothing."""
    request.actor.require("rewards.view")
    found = foresee_coupon(
        get_template(template_id),
        per_hour=per_hour,
        used=used,
        cost_minor=cost_minor,
        now=clock.now(),
        seed=seed,
    )
    outcome, claims = found.outcome, found.outcome.prizes[0]
    return {
        "runs": outcome.runs,
        "begins": found.begins,
        "ends": found.ends,
        "left": found.left,
        "used": found.used,
        "asked": outcome.asked,
        "claimed": claims.given,
        "missed": outcome.missed,
        "stock_out": claims.stock_out,
        "hours": claims.hours,
        "cost_minor": outcome.cost_minor,
        "currency": found.currency,
    }


urlpatterns = [path("coupons/<uuid:template_id>/simulation/", simulation_page, name="rewards.simulation")]
