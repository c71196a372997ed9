"""Console pages of rights to buy and of teams: who holds what, confirming and cancelling by hand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.redeem_right import redeem_right
from qunying.activities.models import Right, Team
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_rights import (
    code_of,
    count_rights,
    get_right,
    get_right_by_code,
    list_rights,
    list_teams,
)
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of, csv_response


@page("activities.view")
def rights_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List the rights of an activity, newest first; find one by the code that a member shows."""
    activity = get_activity(activity_id)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")[:40]
    state = state if state in Right.State.values else ""
    rights = list_rights(activity_id=activity_id, state=state).select_related("member")
    if code:
        rights = rights.filter(pk=get_right_by_code(code).pk)
    if request.GET.get("format") == "csv":
        header = [_("Taken at"), _("Member"), _("Price"), _("State"), _("Order number"), _("Expires")]
        rows = (
            (r.taken_at, r.member_id, r.total_minor, r.get_state_display(), r.order_number, r.expires_at)
            for r in rights.order_by("taken_at", "id")[:100_000]
        )
        return csv_response("rights", header, rows)
    found = cut_page(rights, order_by="-taken_at", cursor=request.GET.get("cursor"))
    may_see = request.actor.may("activities.redeem_right")
    context = {
        "activity": activity,
        "rows": [(right, code_of(right) if may_see else "") for right in found.rows],
        "next_cursor": found.next_cursor,
        "states": Right.State.choices,
        "state": state,
        "code": code,
        "counts": count_rights(activity_id),
    }
    return show(request, "activities/rights.html", _("Rights to buy"), context)


@page("activities.view")
def teams_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List the teams of an activity, newest first."""
    activity = get_activity(activity_id)
    state = request.GET.get("state", "")
    state = state if state in Team.State.values else ""
    teams = list_teams(activity_id, state).select_related("leader")
    found = cut_page(teams, order_by="-opened_at", cursor=request.GET.get("cursor"))
    context = {
        "activity": activity,
        "teams": found.rows,
        "next_cursor": found.next_cursor,
        "states": Team.State.choices,
        "state": state,
    }
    return show(request, "activities/teams.html", _("Teams"), context)


@require_POST
@page("activities.redeem_right")
def redeem(request: StaffRequest, right_id: UUID) -> HttpResponse:
    """Confirm a right by hand."""
    number = request.POST.get("order_number", "")[:200]
    redeem_right(**act_of(request), right_id=right_id, order_number=number)
    messages.success(request, _("Confirmed."))
    return redirect("activities.rights", get_right(right_id).activity_id)


@require_POST
@page("activities.cancel_right")
def cancel(request: StaffRequest, right_id: UUID) -> HttpResponse:
    """Cancel a right by hand."""
    cancel_right(**act_of(request), right_id=right_id)
    messages.success(request, _("Cancelled. Its units are for the next who asks."))
    return redirect("activities.rights", get_right(right_id).activity_id)


@require_POST
@page("activities.rank_window")
def rank(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Rank a fair window that the worker has not ranked."""
    ranked = rank_window(**act_of(request), activity_id=activity_id)
    messages.success(request, _("{entries} entries ranked, {winners} got a right.").format(**vars(ranked)))
    return redirect("activities.activity", activity_id)


urlpatterns = [
    path("activities/<uuid:activity_id>/rights/", rights_page, name="activities.rights"),
    path("activities/<uuid:activity_id>/teams/", teams_page, name="activities.teams"),
    path("activities/<uuid:activity_id>/rank/", rank, name="activities.rank_window"),
    path("activities/rights/<uuid:right_id>/redeem/", redeem, name="activities.redeem_right"),
    path("activities/rights/<uuid:right_id>/cancel/", cancel, name="activities.cancel_right"),
]
