"""Simulation before launch: the console's page and the API's answer."""

from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Query, Router, Schema
from pydantic import Field

from qunying.activities.kinds import kind_of
from qunying.activities.kinds.group_buy import GroupBuy
from qunying.activities.queries.foresee_activity import MOST_PER_HOUR, Foreseen, foresee_activity
from qunying.activities.queries.get_activity import get_activity
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import ApiRequest

router = Router()
MOST_TURNS = 1_000
# What is given besides prizes with names of their own.
THINGS = {
    "share": gettext_lazy("Shares"),
    "right": gettext_lazy("Rights that are bought"),
    "team": gettext_lazy("Teams that are formed"),
}


class ExpectedForm(forms.Form):
    """How many are expected."""

    per_hour = forms.FloatField(
        label=gettext_lazy("Members per hour, on average"), min_value=0, max_value=MOST_PER_HOUR
    )
    turns = forms.FloatField(
        label=gettext_lazy("Times each takes part"), min_value=1, max_value=MOST_TURNS, required=False
    )
    used_percent = forms.FloatField(
        label=gettext_lazy("Of 100 rights, so many are bought"), min_value=1, max_value=100, required=False
    )

    def __init__(self, *args: Any, gives_rights: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not gives_rights:
            del self.fields["used_percent"]


@page("activities.view")
def simulation_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Ask how many are expected and show what that may come to."""
    activity = get_activity(activity_id)
    form = ExpectedForm(
        request.GET if "per_hour" in request.GET else None,
        initial={"turns": 1, "used_percent": 100},
        gives_rights=kind_of(activity.kind).gives_rights,
    )
    found = None
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        found = foresee_activity(
            activity,
            per_hour=typed["per_hour"],
            turns=typed["turns"] or 1.0,
            used=(typed.get("used_percent") or 100) / 100,
            now=clock.now(),
        )
    context = {
        "activity": activity,
        "form": form,
        "found": found,
        "prizes": [(found.names.get(prize.key) or THINGS[prize.key], prize) for prize in found.outcome.prizes]
        if found
        else [],
        "gives_rights": kind_of(activity.kind).gives_rights,
        "has_teams": activity.kind == GroupBuy.slug,
    }
    return show(request, "activities/simulation.html", _("Simulation"), context)


class SpreadOut(Schema):
    """Mean, and between what 90 of 100 runs lie."""

    mean: float
    low: float
    high: float


class PrizeOutcomeOut(Schema):
    """What becomes of a prize; stock_out: share of runs in which none is left, after so many hours at the median."""

    key: str
    count: int
    given: SpreadOut
    stock_out: float
    hours: float | None


class SimulationOut(Schema):
    """What a thousand runs come to."""

    runs: int
    hours: int
    asked: SpreadOut
    turns: SpreadOut
    missed: SpreadOut
    prizes: list[PrizeOutcomeOut]
    cost_minor: SpreadOut
    largest_minor: int
    currency: str


def told(found: Foreseen) -> dict[str, object]:
    """Return a simulation as programs are told it."""
    names = ("runs", "hours", "asked", "turns", "missed", "prizes", "cost_minor")
    outcome = {name: getattr(found.outcome, name) for name in names}
    return {**outcome, "largest_minor": found.largest_minor, "currency": found.currency}


@router.get(
    "/activities/{activity_id}/simulation", response=SimulationOut, operation_id="activities.foresee_activity"
)
def simulation(
    request: ApiRequest,
    activity_id: UUID,
    per_hour: Annotated[float, Query(ge=0, le=MOST_PER_HOUR)],
    turns: Annotated[float, Query(ge=1, le=MOST_TURNS)] = 1.0,
    used: Annotated[float, Query(gt=0, le=1)] = 1.0,
    seed: Annotated[int, Field(ge=0, le=2**31)] = 1,
) -> object:
    """Play an activity a thousand times under its rules; changes nothing."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id)
    found = foresee_activity(activity, per_hour=per_hour, turns=turns, used=used, now=clock.now(), seed=seed)
    return told(found)


urlpatterns = [
    path("activities/<uuid:activity_id>/simulation/", simulation_page, name="activities.simulation")
]
