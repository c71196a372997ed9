"""A gathering: what staff are asked, the member's place with its QR code, cancelling, API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import segno
from django import forms
from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Query, Router, Schema
from pydantic import Field

from qunying.accounts.instants import LocalTimeField
from qunying.activities.actions.admit_member import admit_member
from qunying.activities.actions.admit_walk_in import admit_walk_in
from qunying.activities.actions.cancel_registration import cancel_registration
from qunying.activities.actions.finish_gathering import finish_gathering
from qunying.activities.door_codes import door_token, find_by_code
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.doors.kinds.gathering_door import pages
from qunying.activities.kinds.gathering import (
    OCCASIONS,
    PLACE,
    REMIND,
    GatheringSettings,
    counts_of,
    find_registration,
)
from qunying.activities.models import Activity, Registration
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_registrations import list_registrations
from qunying.activities.rules import instant_text
from qunying.activities.stock import levels_of
from qunying.activities.took_part import TookPart
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of, command_id_of
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.members.member_web import MemberRequest, signed_in_member_page


class GatheringForm(forms.Form):
    """A gathering: when, where, for how many."""

    occasion = forms.ChoiceField(
        label=pgettext_lazy("gathering", "Occasion"), choices=list(OCCASIONS.items()), required=False
    )
    guests = forms.CharField(
        label=pgettext_lazy("gathering", "Guests"),
        max_length=200,
        required=False,
        help_text=_("Who is there besides members: the speaker, the star, the makers."),
    )
    starts_at = LocalTimeField(label=_("Begins"))
    ends_at = LocalTimeField(label=_("Ends"))
    place = forms.CharField(
        label=pgettext_lazy("gathering", "Place"),
        max_length=200,
        help_text=_("The address, or how one takes part online."),
    )
    is_online = forms.BooleanField(label=_("Takes place online"), required=False)
    capacity = forms.IntegerField(label=pgettext_lazy("gathering", "Places"), min_value=1, max_value=100_000)
    waiting = forms.IntegerField(
        label=_("Places in the waiting list"), min_value=0, max_value=10_000, initial=10, required=False
    )
    door_minutes = forms.IntegerField(
        label=_("The door opens (minutes before)"), min_value=0, max_value=1_440, initial=60, required=False
    )
    walk_ins = forms.BooleanField(
        label=_("Who has not registered may come in"),
        required=False,
        help_text=_("Staff register them at the door while places are left and the activity is open."),
    )

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        typed = self.cleaned_data
        return {
            "occasion": typed["occasion"] or "gathering",
            "guests": typed["guests"],
            "walk_ins": typed["walk_ins"],
            "starts_at": instant_text(typed["starts_at"]),
            "ends_at": instant_text(typed["ends_at"]),
            "place": typed["place"],
            "is_online": typed["is_online"],
            "capacity": typed["capacity"],
            "waiting": typed.get("waiting") or 0,
            "door_minutes": 60 if typed.get("door_minutes") is None else typed["door_minutes"],
        }

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        rules = GatheringSettings.model_validate(settings)
        return {**rules.model_dump(), "starts_at": rules.starts(), "ends_at": rules.ends()}


def read_wish(typed: QueryDict) -> str:
    """Return whether the member wants to be reminded."""
    return REMIND if typed.get("remind") == "yes" else ""


def tell_place(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence that says whether there was a place."""
    if took.landed == Registration.State.REGISTERED:
        return gettext("You are registered. Show the code below at the door.")
    return gettext("All places are taken: you are on the waiting list, and move up when somebody cancels.")


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return time, place and what is left; a member's own place with its code."""
    rules = GatheringSettings.model_validate(activity.settings)
    told: dict[str, Any] = {"rules": rules, "starts": rules.starts(), "ends": rules.ends()}
    if activity.opened_at is not None:
        told["places_left"] = levels_of(activity)[PLACE].left
    mine = find_registration(activity, member_id) if member_id else None
    if mine is None:
        return told
    told |= {"mine": mine, "left": None, "may_cancel": now < rules.starts(), "may_play": True}
    if mine.state == Registration.State.REGISTERED:
        address = reverse("activities.door", args=[door_token(mine)])
        code = segno.make(f"{installation.PUBLIC_URL}{address}", error="m")
        told["qr"] = code.svg_data_uri(scale=4, border=2)
    return told


def panel(activity: Activity) -> Mapping[str, Any]:
    """Return how many registered, wait, cancelled, came and did not come."""
    counts = counts_of(activity)
    rules = GatheringSettings.model_validate(activity.settings)
    return {
        "counts": [(state.label, counts[state]) for state in Registration.State],
        "rules": rules,
        "starts": rules.starts(),
        "ends": rules.ends(),
    }


@require_POST
@signed_in_member_page
def cancel(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Give one's place up."""
    mine = find_registration(get_activity(activity_id), request.member.id)
    if mine is not None:
        cancel_registration(
            command_id=command_id_of(request),
            actor=member_actor(mine.member_id, "activities.cancel_registration"),
            now=clock.now(),
            activity_id=activity_id,
            registration_id=mine.pk,
        )
        messages.success(request, gettext("Cancelled. Your place goes to the next on the waiting list."))
    return redirect("activities.play", activity_id)


router = Router()
STATES = Literal["registered", "waiting", "cancelled", "attended", "no_show", ""]


class AdmitIn(Schema, extra="forbid"):
    """What the member shows: the code's text, or the short code."""

    code: Annotated[str, Field(min_length=1, max_length=2_000, pattern=PLAIN)]


class WalkInIn(Schema, extra="forbid"):
    """Who stands at the door."""

    member_id: UUID


@router.get("/activities/{activity_id}/registrations", operation_id="activities.list_registrations")
def registrations(
    request: ApiRequest,
    activity_id: UUID,
    state: Annotated[STATES, Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """Return who registered for a gathering, in the order in which they did."""
    request.actor.require("activities.view")
    found = cut_page(
        list_registrations(get_activity(activity_id), state),
        order_by="registered_at",
        cursor=cursor,
        size=limit,
    )
    names = ("id", "member_id", "state", "seat", "registered_at", "promoted_at", "ended_at")
    return {
        "items": [{name: getattr(row, name) for name in names} for row in found.rows],
        "next_cursor": found.next_cursor,
    }


@router.post(
    "/activities/{activity_id}/registrations/{registration_id}/cancel",
    operation_id="activities.cancel_registration",
)
def cancel_by_program(request: ApiRequest, activity_id: UUID, registration_id: UUID) -> dict[str, Any]:
    """Give a place back; who waits first moves up."""
    moved_up = cancel_registration(
        **act_of(request), activity_id=activity_id, registration_id=registration_id
    )
    return {"moved_up": moved_up}


@router.post("/activities/{activity_id}/admissions", operation_id="activities.admit_member")
def admit_by_program(request: ApiRequest, activity_id: UUID, body: AdmitIn) -> dict[str, Any]:
    """Let a member in at the door, once, with what they show."""
    found = find_by_code(get_activity(activity_id), body.code, clock.now())
    return vars(admit_member(**act_of(request), activity_id=activity_id, registration_id=found.pk))


@router.post("/activities/{activity_id}/walk-ins", operation_id="activities.admit_walk_in")
def admit_walk_in_by_program(request: ApiRequest, activity_id: UUID, body: WalkInIn) -> dict[str, Any]:
    """Let a member in who comes without a code; who has not registered takes a place that is left."""
    return vars(admit_walk_in(**act_of(request), activity_id=activity_id, member_id=body.member_id))


@router.post("/activities/{activity_id}/finish", operation_id="activities.finish_gathering")
def finish_by_program(request: ApiRequest, activity_id: UUID) -> dict[str, int]:
    """End a gathering that is over."""
    return {"no_shows": finish_gathering(**act_of(request), activity_id=activity_id)}


DOOR = KindDoor(
    form=GatheringForm,
    told=tell_place,
    read=read_wish,
    shown=shown,
    panel=panel,
    panel_acts=("finish_gathering",),
    member=[path("activities/<uuid:activity_id>/cancel/", cancel, name="activities.cancel_registration")],
    console=pages,
    api=router,
)
