"""Console pages: the queue, one thing, the packing list and its way back, places and their counter."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from qunying.fulfilment.actions.export_packing_list import export_packing_list
from qunying.fulfilment.actions.hand_over import hand_over
from qunying.fulfilment.actions.import_tracking import import_tracking
from qunying.fulfilment.actions.queue_again import queue_again
from qunying.fulfilment.actions.receive_fulfilment import receive_fulfilment
from qunying.fulfilment.actions.return_fulfilment import return_fulfilment
from qunying.fulfilment.actions.reveal_address import reveal_address
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.actions.write_place import write_place
from qunying.fulfilment.addresses import open_address
from qunying.fulfilment.doors.packing_list import packing_header, packing_rows
from qunying.fulfilment.doors.shown import BADGES, CARRIERS, SOURCE_NAMES, SOURCE_PAGES, VIEW_NAMES
from qunying.fulfilment.pickup_codes import TRIES_PER_MINUTE
from qunying.fulfilment.queries.list_fulfilments import (
    count_views,
    get_fulfilment,
    list_fulfilments,
    list_places,
    masked_address,
)
from qunying.fulfilment.tracking_file import TrackingFileUnreadable, read_tracking
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.guessing import count_attempt
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.ledger.reasons import name_reason

MAX_FILE_BYTES = 5_000_000
MORE_DAYS = timedelta(days=7)


class SendForm(forms.Form):
    """Who carries it, under what number."""

    carrier = forms.CharField(
        label=gettext_lazy("Carrier"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "carriers"}),
    )
    tracking = forms.CharField(label=gettext_lazy("Tracking number"), max_length=60)


class ReasonForm(forms.Form):
    """Why it came back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class PlaceForm(forms.Form):
    """A place where members pick things up."""

    name = forms.CharField(label=pgettext_lazy("place", "Name"), max_length=60)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200)
    hours = forms.CharField(label=gettext_lazy("Opening hours"), max_length=100, required=False)
    is_open = forms.BooleanField(label=gettext_lazy("Can be chosen"), required=False, initial=True)


@page("fulfilment.view")
def queue_page(request: StaffRequest) -> HttpResponse:
    """Show the queue: what can be packed, what waits for whom, what is late."""
    now = clock.now()
    view, source = request.GET.get("view", "ready"), request.GET.get("source", "")
    view = view if view in VIEW_NAMES else "ready"
    source = source if source in SOURCE_NAMES else ""
    waits = view in {"ready", "waiting", "pickup", "overdue"}
    found = cut_page(
        list_fulfilments(now, view=view, source=source),
        order_by="due_at" if waits else "-requested_at",
        cursor=request.GET.get("cursor"),
    )
    counts = count_views(now)
    context = {
        "rows": [(row, masked_address(row), SOURCE_NAMES.get(row.source, row.source)) for row in found.rows],
        "next_cursor": found.next_cursor,
        "views": [(name, label, counts.get(name)) for name, label in VIEW_NAMES.items()],
        "view": view,
        "sources": SOURCE_NAMES.items(),
        "source": source,
        "now": now,
        "badges": BADGES,
        "ready": counts["ready"],
        "carriers": CARRIERS,
    }
    return show(request, "fulfilment/list.html", _("Sending and pick-up"), context)


@page("fulfilment.view")
def fulfilment_page(request: StaffRequest, number: int) -> HttpResponse:
    """Show one thing: for whom, from where, how far it is; the address masked."""
    found = get_fulfilment(number)
    context = {
        "one": found,
        "note": name_reason(found.note),
        "address": masked_address(found),
        "source_name": SOURCE_NAMES.get(found.source, found.source),
        "source_page": _source_page(found.source, found.source_id),
        "is_late": found.state == "to_send" and found.due_at < clock.now(),
        "form": SendForm(initial={"carrier": found.carrier, "tracking": found.tracking}),
        "reason_form": ReasonForm(),
        "carriers": CARRIERS,
        "badges": BADGES,
    }
    return show(
        request,
        "fulfilment/fulfilment.html",
        f"{pgettext('parcel', 'No.')} {found.id} · {found.title}",
        context,
    )


def _source_page(source: str, source_id: UUID) -> str:
    """Return the page of what asked for it; the noun above has one, or it has not."""
    try:
        return reverse(SOURCE_PAGES.get(source, source), args=[source_id])
    except NoReverseMatch:
        return ""


def _back(request: StaffRequest, number: int, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("fulfilment.fulfilment", number)


@require_POST
@page("fulfilment.send_fulfilment")
def send(request: StaffRequest, number: int) -> HttpResponse:
    """Note it as sent."""
    carrier, tracking = request.POST.get("carrier", "")[:60], request.POST.get("tracking", "")[:100]
    send_fulfilment(**act_of(request), number=number, carrier=carrier, tracking=tracking)
    return _back(request, number, _("Noted as sent. The member sees the tracking number."))


@require_POST
@page("fulfilment.receive_fulfilment")
def receive(request: StaffRequest, number: int) -> HttpResponse:
    """Note it as received."""
    receive_fulfilment(**act_of(request), number=number)
    return _back(request, number, _("Noted as received."))


@require_POST
@page("fulfilment.return_fulfilment")
def came_back(request: StaffRequest, number: int) -> HttpResponse:
    """Note that it came back."""
    return_fulfilment(**act_of(request), number=number, reason=request.POST.get("reason", "")[:300])
    return _back(request, number, _("Noted as come back."))


@require_POST
@page("fulfilment.queue_again")
def again(request: StaffRequest, number: int) -> HttpResponse:
    """Send again what came back, within a week."""
    act = act_of(request)
    queue_again(**act, number=number, due_at=act["now"] + MORE_DAYS)
    return _back(request, number, _("In the queue again. The member says where to."))


@require_POST
@page("fulfilment.reveal_address")
def reveal(request: StaffRequest, number: int) -> HttpResponse:
    """Show the whole address, once, and write down who looked."""
    reveal_address(**act_of(request), number=number)
    found = get_fulfilment(number)
    context = {"one": found, "address": open_address(found)}
    response = show(request, "fulfilment/address.html", _("Address of no. {n}").format(n=number), context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@page("fulfilment.export_packing_list")
def packing_list(request: StaffRequest) -> HttpResponse:
    """Give out the packing list, with columns to be filled in."""
    numbers = export_packing_list(**act_of(request))
    response = csv_response("packing-list", packing_header(), packing_rows(numbers))
    response["Cache-Control"] = "no-store"
    return response


@page("fulfilment.import_tracking")
def tracking_page(request: StaffRequest) -> HttpResponse:
    """Take the filled-in list back; what could not be is told by row."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        act, file = act_of(request), request.FILES.get("file")
        if file is None or not file.size or file.size > MAX_FILE_BYTES:
            raise TrackingFileUnreadable
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder) / "tracking"
            kept.write_bytes(file.read())
            rows = read_tracking(kept)
        context["done"] = import_tracking(**act, rows=rows)
    return show(request, "fulfilment/tracking.html", _("Import tracking numbers"), context)


@page("fulfilment.hand_over")
def counter_page(request: StaffRequest) -> HttpResponse:
    """The counter of a place: enter the code, hand the thing out."""
    if request.method == "POST":
        act = act_of(request)
        count_attempt(f"pickup_code:{request.actor.key}", now=act["now"], limit=TRIES_PER_MINUTE)
        given = hand_over(**act, code=request.POST.get("code", "")[:20])
        text = _("Hand out: {title} × {quantity} (no. {number}).")
        messages.success(
            request, text.format(title=given.title, quantity=given.quantity, number=given.number)
        )
        return redirect("fulfilment.hand_over")
    return show(request, "fulfilment/counter.html", _("Pick-up counter"))


@page("fulfilment.view")
def places_page(request: StaffRequest) -> HttpResponse:
    """List the places, and write one down."""
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.actor.require("fulfilment.write_place")
        with told_in(form):
            write_place(**act_of(request), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("fulfilment.places")
    return show(
        request, "fulfilment/places.html", _("Places to pick up"), {"form": form, "places": list_places()}
    )


@page("fulfilment.write_place")
def place_page(request: StaffRequest, place_id: UUID) -> HttpResponse:
    """Change a place."""
    place = next((one for one in list_places() if one.id == place_id), None)
    known = {name: getattr(place, name, "") for name in PlaceForm.base_fields}
    form = PlaceForm(request.POST or None, initial=known)
    if (request.method == "POST" and form.is_valid()) or place is None:
        typed = form.cleaned_data if form.is_valid() else {"name": "", "address": ""}
        write_place(**act_of(request), place_id=place_id, **typed)
        messages.success(request, _("Saved."))
        return redirect("fulfilment.places")
    return show(request, "fulfilment/places.html", place.name, {"form": form, "place": place})


urlpatterns = [
    path("fulfilment/", queue_page, name="fulfilment.list"),
    path("fulfilment/packing-list.csv", packing_list, name="fulfilment.export_packing_list"),
    path("fulfilment/tracking/", tracking_page, name="fulfilment.import_tracking"),
    path("fulfilment/counter/", counter_page, name="fulfilment.hand_over"),
    path("fulfilment/places/", places_page, name="fulfilment.places"),
    path("fulfilment/places/<uuid:place_id>/", place_page, name="fulfilment.write_place"),
    path("fulfilment/<int:number>/", fulfilment_page, name="fulfilment.fulfilment"),
    path("fulfilment/<int:number>/send/", send, name="fulfilment.send_fulfilment"),
    path("fulfilment/<int:number>/receive/", receive, name="fulfilment.receive_fulfilment"),
    path("fulfilment/<int:number>/return/", came_back, name="fulfilment.return_fulfilment"),
    path("fulfilment/<int:number>/again/", again, name="fulfilment.queue_again"),
    path("fulfilment/<int:number>/address/", reveal, name="fulfilment.reveal_address"),
]
