"""The door of a gathering on a staff member's phone: what the phone's scanner opens, a short code typed, the list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.admit_walk_in import admit_walk_in
from qunying.activities.actions.cancel_registration import cancel_registration
from qunying.activities.actions.finish_gathering import finish_gathering
from qunying.activities.admitting import MemberAdmitted
from qunying.activities.door_codes import find_by_code, find_by_token
from qunying.activities.kinds.gathering import Gathering, counts_of
from qunying.activities.models import Registration
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_registrations import list_registrations
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of, csv_response
from qunying.members.queries.get_member import find_member_by_identity
from qunying.members.queries.normalise_identity import guess_contact_type

MOST_IN_FILE = 100_000


@page("activities.admit_member")
def scanned(request: StaffRequest, token: str) -> HttpResponse:
    """Show whose code was scanned; the button lets them in."""
    found = find_by_token(token, clock.now())
    context = {"found": found, "activity": found.activity}
    return show(request, "activities/scanned.html", found.activity.title, context)


@require_POST
@page("activities.admit_member")
def admit(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Let a member in by what they showed."""
    found = find_by_code(
        get_activity(activity_id, kind=Gathering.slug), request.POST.get("code", "")[:2_000], clock.now()
    )
    admitted = admit_member(**act_of(request), activity_id=activity_id, registration_id=found.pk)
    return _inside(request, activity_id, admitted)


@require_POST
@page("activities.admit_walk_in")
def admit_unregistered(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """Let a member in who comes without a code."""
    contact = request.POST.get("contact", "").strip()[:200]
    member = find_member_by_identity(guess_contact_type(contact), contact) if contact else None
    if member is None:
        messages.error(request, _("No member has this phone number or e-mail."))
        return redirect("activities.registrations", activity_id)
    admitted = admit_walk_in(**act_of(request), activity_id=activity_id, member_id=member.id)
    return _inside(request, activity_id, admitted)


def _inside(request: StaffRequest, activity_id: UUID, admitted: MemberAdmitted) -> HttpResponse:
    text = _("Let in.") if not admitted.prize else _("Let in. They get: {prize}").format(prize=admitted.prize)
    messages.success(request, text)
    return redirect("activities.registrations", activity_id)


@page("activities.admit_member")
def registrations(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List who registered, with a field for short codes; as a file, too."""
    activity = get_activity(activity_id, kind=Gathering.slug)
    state = request.GET.get("state", "")
    found = list_registrations(activity, state if state in Registration.State.values else "")
    if request.GET.get("format") == "csv":
        header = [_("Registered at"), _("Member"), _("State"), _("Seat"), _("Came, cancelled or missed at")]
        rows = (
            (row.registered_at, row.member_id, row.get_state_display(), row.seat, row.ended_at)
            for row in found.order_by("registered_at", "id")[:MOST_IN_FILE]
        )
        return csv_response("registrations", header, rows)
    shown = cut_page(found, order_by="registered_at", cursor=request.GET.get("cursor"))
    counts = counts_of(activity)
    context = {
        "activity": activity,
        "walk_ins": activity.settings.get("walk_ins") and request.actor.may("activities.admit_walk_in"),
        "rows": shown.rows,
        "next_cursor": shown.next_cursor,
        "state": state,
        "states": [(value, label, counts[value]) for value, label in Registration.State.choices],
    }
    return show(request, "activities/registrations.html", activity.title, context)


@require_POST
@page("activities.cancel_registration")
def cancel(request: StaffRequest, activity_id: UUID, registration_id: UUID) -> HttpResponse:
    """Cancel for a member who called."""
    cancel_registration(**act_of(request), activity_id=activity_id, registration_id=registration_id)
    messages.success(request, _("Cancelled. Who waits first has moved up."))
    return redirect("activities.registrations", activity_id)


@require_POST
@page("activities.finish_gathering")
def finish(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """End a gathering that is over."""
    missing = finish_gathering(**act_of(request), activity_id=activity_id)
    messages.success(request, _("Over. {count} did not come.").format(count=missing))
    return redirect("activities.activity", activity_id)


_ONE = "activities/<uuid:activity_id>/"
pages = [
    path("door/<str:token>/", scanned, name="activities.door"),
    path(f"{_ONE}registrations/", registrations, name="activities.registrations"),
    path(f"{_ONE}admit/", admit, name="activities.admit_member"),
    path(f"{_ONE}walk-in/", admit_unregistered, name="activities.admit_walk_in"),
    path(f"{_ONE}finish/", finish, name="activities.finish_gathering"),
    path(
        f"{_ONE}registrations/<uuid:registration_id>/cancel/",
        cancel,
        name="activities.cancel_registration_of",
    ),
]
