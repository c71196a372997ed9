"""Console pages: the calendar and its cadence rules."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.queries.get_community import list_communities
from qunying.content.actions.drop_cadence import drop_cadence
from qunying.content.actions.move_placement import move_placement
from qunying.content.actions.set_cadence import set_cadence
from qunying.content.doors.forms import CadenceForm, local_instant
from qunying.content.placing import TimeNotPossible
from qunying.content.queries.get_calendar import Spoken, get_calendar, list_cadence_rules
from qunying.engines.cadence import Warns, monday_of
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import act_of

SHOWN_WARNINGS = 12


@page("content.view")
def calendar_page(request: StaffRequest) -> HttpResponse:
    """Show a month or a week of posts, with what the cadence rules say."""
    brand, today = get_brand(), local_day(clock.now(), get_brand().zone)
    by_week = request.GET.get("view") == "week"
    day = _day(request.GET.get("day", ""), today)
    first, last = _range(day, by_week=by_week)
    community_id = _uuid(request.GET.get("community", ""))
    calendar = get_calendar(first, last, zone=brand.zone, community_id=community_id)
    warnings = _to_act_on(calendar.warnings, today)
    weeks = [list(calendar.days.items())[start : start + 7] for start in range(0, len(calendar.days), 7)]
    step = timedelta(days=7) if by_week else timedelta(days=28)
    middle = first + timedelta(days=3 if by_week else 10)
    context = {
        "weeks": weeks,
        "weekdays": [first + timedelta(days=number) for number in range(7)],
        "is_empty": not any(calendar.days.values()),
        "warnings": warnings[:SHOWN_WARNINGS],
        "more_warnings": max(0, len(warnings) - SHOWN_WARNINGS),
        "day": day,
        "today": today,
        "month": middle.replace(day=1) if not by_week else None,
        "first": first,
        "last": last,
        "view": "week" if by_week else "month",
        "communities": [size.community for size in list_communities()],
        "community_id": community_id,
        "before": _link(request, day=(_first_of(middle) - timedelta(days=1) if not by_week else day - step)),
        "after": _link(request, day=(_next_month(middle) if not by_week else day + step)),
        "now_link": _link(request, day=today),
        "month_link": _link(request, day=day, view="month"),
        "week_link": _link(request, day=day, view="week"),
        "moved": request.GET.get("moved", ""),
    }
    return show(request, "content/calendar.html", _("Content calendar"), context)


@require_POST
@page("content.move_placement")
def move(request: StaffRequest) -> HttpResponse:
    """Move a post to another time, or to another day at the same time of day."""
    placement_id = _uuid(request.POST.get("placement", ""))
    try:
        at = datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError as error:
        raise TimeNotPossible from error
    if placement_id is None or at.tzinfo is not None:
        raise TimeNotPossible
    zone = get_brand().zone
    moved = move_placement(
        **act_of(request),
        placement_id=placement_id,
        planned_at=local_instant(at, zone),
    )
    messages.success(request, _("Moved to {time}.").format(time=at.strftime("%Y-%m-%d %H:%M")))
    view = {"view": request.POST.get("view", "month"), "day": at.date().isoformat()}
    community = {"community": request.POST["community"]} if request.POST.get("community") else {}
    query = urlencode({**view, **community, "moved": f"placement:{moved.placement_id}"})
    return redirect(f"{reverse('content.calendar')}?{query}")


@page("content.view")
def cadence_page(request: StaffRequest) -> HttpResponse:
    """Show how often posts may be: for all communities, and for those with a rule of their own."""
    usual, own = list_cadence_rules()
    communities = [size.community for size in list_communities()]
    rows: list[dict[str, Any]] = [
        {"community": None, "rule": usual, "form": CadenceForm(initial=asdict(usual))}
    ]
    for community in communities:
        rule = own.get(community.pk)
        form = CadenceForm(initial=asdict(rule or usual), prefix=str(community.pk)[:8])
        rows.append({"community": community, "rule": rule, "form": form})
    return show(request, "content/cadence.html", _("Cadence rules"), {"rows": rows})


@require_POST
@page("content.set_cadence")
def set_rule(request: StaffRequest) -> HttpResponse:
    """Set the rule of a community or of all; or let a community follow the one of all again."""
    community_id = _uuid(request.POST.get("community", ""))
    if request.POST.get("drop") and community_id is not None:
        request.actor.require("content.drop_cadence")
        drop_cadence(**act_of(request), community_id=community_id)
        messages.success(request, _("It follows the rule of all communities now."))
        return redirect("content.cadence")
    form = CadenceForm(request.POST, prefix=str(community_id)[:8] if community_id else None)
    if form.is_valid():
        set_cadence(**act_of(request), community_id=community_id, rule=form.rule())
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Numbers only, and none below zero."))
    return redirect("content.cadence")


def _to_act_on(warnings: list[Spoken], today: date) -> list[Spoken]:
    """Return what can still be changed, weeks without posts last."""
    coming = (warning for warning in warnings if warning.day >= monday_of(today))
    return sorted(coming, key=lambda warning: warning.kind == Warns.EMPTY_WEEK)


def _day(text: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return found if 2000 <= found.year < 2099 else otherwise


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _first_of(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _first_of(_first_of(day) + timedelta(days=32))


def _range(day: date, *, by_week: bool) -> tuple[date, date]:
    """The week of a day, or the whole weeks of its month."""
    if by_week:
        return monday_of(day), monday_of(day) + timedelta(days=6)
    return monday_of(_first_of(day)), monday_of(_next_month(day) - timedelta(days=1)) + timedelta(days=6)


def _link(request: StaffRequest, *, day: date, view: str = "") -> str:
    query = {"view": view or request.GET.get("view", "month"), "day": day.isoformat()}
    if request.GET.get("community"):
        query["community"] = request.GET["community"]
    return "?" + urlencode(query)


urlpatterns = [
    path("content/", calendar_page, name="content.calendar"),
    path("content/move/", move, name="content.move_placement"),
    path("content/cadence/", cadence_page, name="content.cadence"),
    path("content/cadence/set/", set_rule, name="content.set_cadence"),
]
