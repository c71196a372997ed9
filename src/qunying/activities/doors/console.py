"""Console pages of activities: the list, writing one, its page with checklist, live view and result, prizes to send."""

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.actions.approve_activity import approve_activity
from qunying.activities.actions.change_activity import change_activity
from qunying.activities.actions.close_activity import close_activity, may_close
from qunying.activities.actions.create_activity import create_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.give_award import find_award, give_award
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.withdraw_activity import withdraw_activity
from qunying.activities.checklist import check_launch
from qunying.activities.doors.forms import (
    PLACES,
    ActivityForm,
    draft_of,
    has_prizes,
    initial_of,
    prize_rows,
)
from qunying.activities.doors.kinds import KIND_DOORS
from qunying.activities.doors.settings_shown import settings_lines
from qunying.activities.doors.shown import describe, see
from qunying.activities.doors.simulation import urlpatterns as simulation_pages
from qunying.activities.kinds import KINDS, kind_of
from qunying.activities.models import Activity, Award, State
from qunying.activities.queries.foresee_activity import is_simulated
from qunying.activities.queries.get_activity import count_parts, get_activity, list_activities, list_awards
from qunying.activities.queries.get_proof import find_published, proof_archive, rules_file
from qunying.activities.queries.watch_activity import watch_activity
from qunying.activities.second_person import needs_somebody_else
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response


@page("activities.view")
def activities_page(request: StaffRequest) -> HttpResponse:
    """List activities, newest first."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state = state if state in State.values else ""
    kind = kind if kind in KINDS else ""
    search = request.GET.get("search", "")[:100].replace("\0", "")
    found = cut_page(
        list_activities(state=state, kind=kind, search=search),
        order_by="-created_at",
        cursor=request.GET.get("cursor"),
    )
    counts = count_parts([row.id for row in found.rows])
    context = {
        "rows": [(row, kind_of(row.kind).title_of(row), counts.get(row.id, (0, 0))) for row in found.rows],
        "next_cursor": found.next_cursor,
        "states": State.choices,
        "kinds": KINDS.values(),
        "state": state,
        "kind": kind,
        "search": search,
        "may_send": request.actor.may("fulfilment.view"),
    }
    return show(request, "activities/list.html", _("Activities"), context)


@page("activities.create_activity")
def kinds_page(request: StaffRequest) -> HttpResponse:
    """Choose what sort of activity to write."""
    return show(request, "activities/kinds.html", _("New activity"), {"kinds": KINDS.values()})


@page("activities.create_activity")
def new_page(request: StaffRequest, slug: str) -> HttpResponse:
    """Write a new activity."""
    kind_of(slug)
    return _write(request, slug, None)


@page("activities.change_activity")
def edit_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Change a draft."""
    activity = get_activity(activity_id)
    return _write(request, activity.kind, activity)


def _seen(request: StaffRequest) -> int | None:
    """Return the version that the page showed; None where it does not say."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else None


def _write(request: StaffRequest, slug: str, activity: Activity | None) -> HttpResponse:
    kind, data = kind_of(slug), request.POST or None
    currency = activity.currency if activity else get_brand().currency
    form = ActivityForm(
        data, initial=initial_of(activity) if activity else {}, once=kind.once or kind.own_limits is not None
    )
    special = KIND_DOORS[slug].form
    own = special(
        data,
        request.FILES or None,
        initial=special.initial_of(activity.settings, currency) if activity else {},
    )
    kept = activity.settings if activity else {}
    rows = prize_rows(data, slug, kept, currency) if has_prizes(slug) else None
    checked = [each.is_valid() for each in (form, own, rows) if each is not None] if data else [False]
    if all(checked):
        with told_in(own, form, places=PLACES):
            draft = draft_of(slug, form, own.settings(currency), rows, activity)
            if activity is None:
                written = create_activity(**act_of(request), draft=draft)
            else:
                written = change_activity(
                    **act_of(request), activity_id=activity.id, draft=draft, seen=_seen(request)
                )
            messages.success(request, _("Saved as a draft."))
            return redirect("activities.activity", written.activity_id)
    context = {
        "form": form,
        "own": own,
        "rows": rows,
        "activity": activity,
        "kind": kind,
        "form_currency": currency,
    }
    return show(request, "activities/form.html", activity.title if activity else str(kind.title), context)


@page("activities.view")
def activity_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Show an activity: rules, checklist, what goes on, prizes, what was published."""
    activity = get_activity(activity_id)
    state = request.GET.get("state", "")
    awards = list_awards(activity_id=activity_id, state=state if state in Award.State.values else "")
    if request.GET.get("format") == "csv":
        header = [_("Won at"), _("Member"), _("Prize"), _("State"), _("Tracking number")]
        rows = (
            (
                row.award.won_at,
                row.award.member_id,
                row.award.name,
                row.state,
                row.sending.tracking if row.sending else "",
            )
            for row in see(awards.order_by("won_at", "id")[:100_000])
        )
        return csv_response("prizes", header, rows)
    found = cut_page(
        awards.select_related("member"), order_by="-won_at", cursor=request.GET.get("cursor"), size=50
    )
    waits = activity.state in {State.DRAFT, State.APPROVED}
    address = f"{settings.PUBLIC_URL}{reverse('activities.play', args=[activity_id])}"
    context = {
        "activity": activity,
        "kind": (kind := kind_of(activity.kind)),
        "sort": kind.title_of(activity),
        "lines": (lines := describe(activity)),
        "has_chances": any(line.chance for line in lines),
        "settings_lines": settings_lines(
            activity, may_change=request.actor.may("activities.change_activity")
        ),
        "shown": KIND_DOORS[activity.kind].shown(activity, None, clock.now()),
        "checklist": check_launch(activity, clock.now()) if waits else [],
        "watched": None if waits else watch_activity(activity),
        "awards": see(found.rows),
        "next_cursor": found.next_cursor,
        "published": find_published(activity.id),
        "versions": activity.versions.order_by("-version"),
        "waits_for_value": kind_of(activity.kind).is_drawn(activity) and activity.state == State.CLOSED,
        "can_simulate": waits and is_simulated(activity),
        "settles": activity.state == State.CLOSED and kind_of(activity.kind).settles_by_itself(activity),
        "panel": KIND_DOORS[activity.kind].panel(activity),
        "begins_later": activity.state == State.OPEN and clock.now() < activity.opens_at,
        "can_close": activity.state == State.OPEN and may_close(activity, clock.now()),
        "may": {
            verb: request.actor.may(f"activities.{verb}_activity")
            for verb in ("change", "approve", "withdraw", "open", "close", "settle")
        },
        "may_here": {
            verb: request.actor.may(f"activities.{verb}") for verb in KIND_DOORS[activity.kind].panel_acts
        },
        "needs_other": activity.state == State.DRAFT and needs_somebody_else(activity, request.actor),
        "address": address if activity.state == State.OPEN else "",
        "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=2),
    }
    return show(request, "activities/activity.html", activity.title, context)


def _after(request: StaffRequest, activity_id: UUID, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("activities.activity", activity_id)


@require_POST
@page("activities.approve_activity")
def approve(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Approve a draft: its rules are pinned."""
    approve_activity(**act_of(request), activity_id=activity_id, seen=_seen(request))
    return _after(request, activity_id, _("Approved. The rules are pinned by their hash."))


@require_POST
@page("activities.withdraw_activity")
def withdraw(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Make it a draft again, or give it up."""
    withdraw_activity(
        **act_of(request), activity_id=activity_id, for_good=request.POST.get("for_good") == "yes"
    )
    return _after(request, activity_id, _("Taken back."))


@require_POST
@page("activities.open_activity")
def open_now(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Open it for members."""
    open_activity(**act_of(request), activity_id=activity_id)
    return _after(request, activity_id, _("Open. From now on nothing of it can be changed."))


@require_POST
@page("activities.close_activity")
def close_now(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Close it, at its end or when everything is gone."""
    close_activity(**act_of(request), activity_id=activity_id)
    return _after(request, activity_id, _("Closed."))


@require_POST
@page("activities.settle_activity")
def settle_now(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Publish the result and give back what is left."""
    settle_activity(**act_of(request), activity_id=activity_id)
    return _after(request, activity_id, _("Settled: the result is published."))


@require_POST
@page("activities.draw_winners")
def draw_now(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Draw the winners with the public value."""
    drawn = draw_winners(
        **act_of(request),
        activity_id=activity_id,
        source=request.POST.get("source", "")[:100],
        value=request.POST.get("value", "")[:300],
    )
    return _after(
        request,
        activity_id,
        _("Drawn: {winners} winners. The result is published.").format(winners=drawn.winners),
    )


@require_POST
@page("activities.give_award")
def give(request: StaffRequest, award_id: UUID) -> HttpResponse:
    """Try again to give a prize that is owed."""
    state = give_award(**act_of(request), award_id=award_id)
    if state == Award.State.GIVEN:
        messages.success(request, _("Given."))
    else:
        messages.warning(request, _("It still cannot be given."))
    return redirect("activities.award", award_id)


@page("activities.view")
def award_page(request: StaffRequest, award_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Lead from a prize to its activity."""
    return redirect("activities.activity", find_award(award_id).activity_id)


@page("activities.view")
def proof(request: StaffRequest, activity_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Download the published result with the script that checks it."""
    response = HttpResponse(proof_archive(get_activity(activity_id)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="proof-{activity_id}.zip"'
    return response


@page("activities.view")
def rules(request: StaffRequest, activity_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Show the rules as they are published and hashed."""
    return JsonResponse(rules_file(get_activity(activity_id)), json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    *simulation_pages,
    path("activities/", activities_page, name="activities.list"),
    path("activities/new/", kinds_page, name="activities.kinds"),
    path("activities/new/<slug:slug>/", new_page, name="activities.new"),
    path("activities/prizes/<uuid:award_id>/", award_page, name="activities.award"),
    path("activities/prizes/<uuid:award_id>/give/", give, name="activities.give_award"),
    path("activities/<uuid:activity_id>/", activity_page, name="activities.activity"),
    path("activities/<uuid:activity_id>/edit/", edit_page, name="activities.edit"),
    path("activities/<uuid:activity_id>/approve/", approve, name="activities.approve_activity"),
    path("activities/<uuid:activity_id>/withdraw/", withdraw, name="activities.withdraw_activity"),
    path("activities/<uuid:activity_id>/open/", open_now, name="activities.open_activity"),
    path("activities/<uuid:activity_id>/close/", close_now, name="activities.close_activity"),
    path("activities/<uuid:activity_id>/settle/", settle_now, name="activities.settle_activity"),
    path("activities/<uuid:activity_id>/draw/", draw_now, name="activities.draw_winners"),
    path("activities/<uuid:activity_id>/proof.zip", proof, name="activities.console_proof"),
    path("activities/<uuid:activity_id>/rules.json", rules, name="activities.console_rules"),
    *(route for door in KIND_DOORS.values() for route in door.console),
]
