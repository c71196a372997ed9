"""Member pages: what goes on, one activity with its rules, my prizes, what can be checked. No scripts are needed."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from qunying.activities.actions.take_part import take_part
from qunying.activities.doors.kinds import KIND_DOORS
from qunying.activities.doors.shown import describe, see
from qunying.activities.drafting import UnknownActivity
from qunying.activities.kinds import kind_of
from qunying.activities.limits import turns_left
from qunying.activities.models import Activity, Award, State
from qunying.activities.queries.get_activity import (
    get_activity,
    list_awards,
    list_for,
    list_parts,
    list_shown,
    list_taken,
)
from qunying.activities.queries.get_proof import (
    find_published,
    my_tickets,
    proof_archive,
    rules_file,
)
from qunying.activities.queries.watch_activity import watch_stocks
from qunying.activities.turns_for_points import offer_turn
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.web import address_of, command_id_of, number_in
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.members.queries.get_member import list_own_ids
from qunying.vetting.devices import mark_device
from qunying.vetting.noting import note_marks

PROOFS_A_MINUTE = 30  # from one network address: many may share it
HIDDEN = {State.DRAFT, State.APPROVED, State.CANCELLED}


def _shown(activity_id: UUID) -> Activity:
    """Return an activity that members may know of.

    Raises:
        UnknownActivity: also for one that is still being written.
    """
    activity = get_activity(activity_id)
    if activity.state in HIDDEN:
        raise UnknownActivity
    return activity


@require_GET
@member_page
def activities(request: HttpRequest) -> HttpResponse:
    """Show what goes on, and the latest results."""
    now = clock.now()
    member = request.member  # type: ignore[attr-defined]
    reader = member.id if member else None
    rows = [(row, kind_of(row.kind).title_of(row)) for row in list_for(list_shown(now), reader)]
    context = {
        "open": [pair for pair in rows if pair[0].state == State.OPEN and pair[0].closes_at > now],
        "ended": [pair for pair in rows if pair[0].state != State.OPEN or pair[0].closes_at <= now],
        "now": now,
    }
    return render(request, "activities/member_list.html", context)


@require_http_methods(["GET", "POST"])
@member_page
def activity(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Show an activity; a POST takes part, for who has signed in. Points are paid only by who has shown that a contact is theirs.

    What does not fit is shown again as it was typed.
    """
    found = _shown(activity_id)
    member = request.member  # type: ignore[attr-defined]
    if request.method == "POST":
        pays = number_in(request.POST.get("pay_points", ""), digits=6)
        if member is None or (pays and not request.member_session.is_proved):  # type: ignore[attr-defined]
            return redirect(f"{reverse('messages.sign_in')}?next={request.path}")
        note_marks(request, member.id)
        try:
            took = take_part(
                command_id=command_id_of(request),
                actor=member_actor(member.id, "activities.take_part"),
                now=clock.now(),
                activity_id=activity_id,
                member_id=member.id,
                choice=KIND_DOORS[found.kind].read(request.POST),
                pay_points=pays,
            )
        except Problem as problem:
            if problem.kind is not Kind.INVALID:
                raise
            context = {**_context(found, member.id), "problem": problem, "typed": _answers(request.POST)}
            return render(request, "activities/play.html", context, status=problem.kind.http_status)
        messages.success(request, KIND_DOORS[found.kind].told(found, took))
        return redirect("activities.play", activity_id)
    page = render(request, "activities/play.html", _context(found, member.id if member else None))
    return mark_device(request, page)


def _answers(sent: QueryDict) -> set[str]:
    """Return what was sent, each as ``name=value``."""
    return {f"{name}={value}" for name, values in sent.lists() for value in values}


def _context(found: Activity, member_id: UUID | None) -> dict[str, object]:
    now = clock.now()
    is_open = found.state == State.OPEN and found.opens_at <= now < found.closes_at
    own = list_own_ids(member_id) if member_id else []
    left = turns_left(found, member_id, now) if member_id else None
    offer = offer_turn(found, member_id) if is_open and member_id else None
    return {
        "activity": found,
        "kind": (kind := kind_of(found.kind)),
        "sort": kind.title_of(found),
        "lines": describe(found),
        "settings": found.settings,
        "is_open": is_open,
        "is_coming": found.state == State.OPEN and now < found.opens_at,
        "left": left,
        "offer": offer,
        "pays": left == 0 and offer is not None and offer.may_buy,
        "may_play": is_open and member_id is not None and (left != 0 or bool(offer and offer.may_buy)),
        "parts": list_parts(found.id, own).order_by("-at", "-number")[:20] if own else [],
        "awards": see(_mine(found.id, own)),
        "tickets": my_tickets(found, member_id) if member_id else [],
        "published": find_published(found.id),
        "stocks": watch_stocks(found),
        "nonce": secrets.token_hex(6),
        **KIND_DOORS[found.kind].shown(found, member_id, now),
    }


def _mine(activity_id: UUID, own: list[UUID]) -> list[Award]:
    return (
        list(list_awards(activity_id=activity_id, member_ids=own).order_by("-won_at", "-id")[:20])
        if own
        else []
    )


@require_GET
@member_page
def proof(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """Download the published result with the script that checks it; it names nobody. That of a large draw takes work to pack."""
    count_attempt(f"proof:{address_of(request)}", now=clock.now(), limit=PROOFS_A_MINUTE)
    response = HttpResponse(proof_archive(_shown(activity_id)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="proof-{activity_id}.zip"'
    return response


@require_GET
@member_page
def rules(request: HttpRequest, activity_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Show the rules as they were hashed."""
    return JsonResponse(rules_file(_shown(activity_id)), json_dumps_params={"ensure_ascii": False})


@require_GET
@signed_in_member_page
def my_prizes(request: MemberRequest) -> HttpResponse:
    """Show what the member has won, and what they took part in."""
    own = list_own_ids(request.member.id)
    found = list_awards(member_ids=own).order_by("-won_at", "-id")[:200]
    return render(request, "activities/my_prizes.html", {"awards": see(found), "taken": list_taken(own)})


urlpatterns = [
    path("activities/", activities, name="activities.member_list"),
    path("activities/<uuid:activity_id>/", activity, name="activities.play"),
    path("activities/<uuid:activity_id>/proof.zip", proof, name="activities.proof"),
    path("activities/<uuid:activity_id>/rules.json", rules, name="activities.rules"),
    path("prizes/", my_prizes, name="activities.my_prizes"),
    *(route for door in KIND_DOORS.values() for route in door.member),
]
