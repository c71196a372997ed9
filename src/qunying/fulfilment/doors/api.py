"""The API's queue of things to send and to hand over. Addresses come out of two operations only, and each look is recorded."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import AliasChoices, Field, StringConstraints

from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.actions.choose_pickup import choose_pickup
from qunying.fulfilment.actions.export_packing_list import export_packing_list
from qunying.fulfilment.actions.hand_over import hand_over
from qunying.fulfilment.actions.import_tracking import import_tracking
from qunying.fulfilment.actions.queue_again import queue_again
from qunying.fulfilment.actions.receive_fulfilment import receive_fulfilment
from qunying.fulfilment.actions.return_fulfilment import return_fulfilment
from qunying.fulfilment.actions.reveal_address import reveal_address
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.actions.write_place import write_place
from qunying.fulfilment.addresses import Address, open_address
from qunying.fulfilment.pickup_codes import TRIES_PER_MINUTE
from qunying.fulfilment.queries.list_fulfilments import (
    get_fulfilment,
    list_fulfilments,
    list_places,
    list_ready,
)
from qunying.fulfilment.tracking_file import MOST_ROWS, TrackingRow
from qunying.kernel import clock
from qunying.kernel.guessing import count_attempt
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Instant, Limit, Whole, YesNo

router = Router()
LARGEST = 2**63 - 1
Number = Annotated[int, Field(ge=0, le=LARGEST)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=PLAIN)]
View = Literal["ready", "waiting", "pickup", "overdue", "sent", "received", "returned", "cancelled", "all"]


class FulfilmentOut(Schema):
    """A thing and how far it is, without its address."""

    number: int = Field(validation_alias=AliasChoices("id", "number"))
    source: str
    source_id: UUID
    member_id: UUID
    title: str
    quantity: int
    occasion: str
    state: str
    way: str
    place_id: UUID | None
    carrier: str
    tracking: str
    note: str
    requested_at: datetime
    due_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class FulfilmentPage(Schema):
    """A page of things."""

    items: list[FulfilmentOut]
    next_cursor: str | None


class AddressBody(Schema, extra="forbid"):
    """A whole address."""

    name: Text
    phone: Text
    address: Annotated[str, StringConstraints(max_length=400, pattern=PLAIN)]


class AddressIn(AddressBody):
    """Whose, where, and the sentence that the member agreed to."""

    member_id: UUID
    consent: Annotated[str, StringConstraints(max_length=500, pattern=PLAIN)]


class PickupIn(Schema, extra="forbid"):
    """Whose, and where."""

    member_id: UUID
    place_id: UUID


class SendIn(Schema, extra="forbid"):
    """Who carries it, under what number."""

    carrier: Text = ""
    tracking: Text


class TrackingRowIn(SendIn):
    """The number of one thing."""

    number: Annotated[Whole, Field(ge=0, le=LARGEST)]


class TrackingIn(Schema, extra="forbid"):
    """Numbers of many things; the rows count from one."""

    rows: Annotated[list[TrackingRowIn], Field(max_length=MOST_ROWS)]


class RowFaultOut(Schema):
    """A row that was left out."""

    row: int
    code: str
    text: str


class TrackingOut(Schema):
    """What came of the rows."""

    sent: int
    unchanged: int
    empty: int
    faults: list[RowFaultOut]


class ReasonIn(Schema, extra="forbid"):
    """Why."""

    reason: Text


class AgainIn(Schema, extra="forbid"):
    """By when."""

    due_at: Instant


class CodeIn(Schema, extra="forbid"):
    """What the member shows."""

    code: Annotated[str, StringConstraints(max_length=20, pattern=PLAIN)]


class HandedOverOut(Schema):
    """What is handed out."""

    number: int
    title: str
    quantity: int
    member_id: UUID


class PackedOut(AddressBody):
    """One parcel of the packing list."""

    number: int
    title: str
    quantity: int
    due_at: datetime


class PackingOut(Schema):
    """What can be packed."""

    items: list[PackedOut]


class PlaceIn(Schema, extra="forbid"):
    """A place where members pick things up; with ``place_id`` the one that is changed."""

    place_id: UUID | None = None
    name: Text
    address: Text
    hours: Text = ""
    is_open: YesNo = True


class PlaceOut(Schema):
    """A place."""

    id: UUID
    name: str
    address: str
    hours: str
    is_open: bool


class PlaceList(Schema):
    """All places."""

    items: list[PlaceOut]


class PlaceId(Schema):
    """What was written."""

    id: UUID


@router.get("/fulfilments", response=FulfilmentPage, operation_id="fulfilment.list_fulfilments")
def fulfilments(
    request: ApiRequest,
    view: Annotated[View, Query()] = "all",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return what is in a view of the queue, the latest first."""
    request.actor.require("fulfilment.view")
    rows = list_fulfilments(clock.now(), view=view)
    found = cut_page(rows, order_by="-requested_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get("/fulfilments/places", response=PlaceList, operation_id="fulfilment.list_places")
def places(request: ApiRequest) -> object:
    """Return the places where members pick things up."""
    request.actor.require("fulfilment.view")
    return {"items": list_places()}


@router.post("/fulfilments/places", response={201: PlaceId}, operation_id="fulfilment.write_place")
def new_place(request: ApiRequest, body: PlaceIn) -> object:
    """Add a place, or change one."""
    return Status(201, {"id": write_place(**act_of(request), **body.dict())})


@router.post("/fulfilments/tracking", response=TrackingOut, operation_id="fulfilment.import_tracking")
def tracking(request: ApiRequest, body: TrackingIn) -> object:
    """Note many things as sent; rows that cannot be are told and left out."""
    rows = [
        TrackingRow(place, row.number, row.carrier, row.tracking) for place, row in enumerate(body.rows, 1)
    ]
    return import_tracking(**act_of(request), rows=rows)


@router.post("/fulfilments/packing-list", response=PackingOut, operation_id="fulfilment.export_packing_list")
def packing(request: ApiRequest) -> object:
    """Return what can be packed, with whole addresses; each is recorded as looked at."""
    numbers = set(export_packing_list(**act_of(request)))
    items = []
    for row in list_ready():
        to = open_address(row)
        if row.id in numbers and to is not None:
            packed = {"number": row.id, "title": row.title, "quantity": row.quantity, "due_at": row.due_at}
            items.append({**packed, "name": to.name, "phone": to.phone, "address": to.address})
    return {"items": items}


@router.post("/fulfilments/hand-over", response=HandedOverOut, operation_id="fulfilment.hand_over")
def handed_over(request: ApiRequest, body: CodeIn) -> object:
    """Hand out what waits for a code; thirty tries a minute."""
    act = act_of(request)
    request.actor.require("fulfilment.hand_over")
    count_attempt(f"pickup_code:{request.actor.key}", now=act["now"], limit=TRIES_PER_MINUTE)
    return hand_over(**act, code=body.code)


@router.get("/fulfilments/{number}", response=FulfilmentOut, operation_id="fulfilment.get_fulfilment")
def one(request: ApiRequest, number: Number) -> object:
    """Return one thing and how far it is."""
    request.actor.require("fulfilment.view")
    return get_fulfilment(number)


@router.put("/fulfilments/{number}/address", response={204: None}, operation_id="fulfilment.choose_address")
def to_address(request: ApiRequest, number: Number, body: AddressIn) -> object:
    """Say in a member's name where it is sent."""
    address = Address(body.name, body.phone, body.address)
    choose_address(
        **act_of(request), number=number, member_id=body.member_id, address=address, consent=body.consent
    )
    return Status(204, None)


@router.put("/fulfilments/{number}/pickup", response={204: None}, operation_id="fulfilment.choose_pickup")
def to_place(request: ApiRequest, number: Number, body: PickupIn) -> object:
    """Say in a member's name where it is picked up."""
    choose_pickup(**act_of(request), number=number, **body.dict())
    return Status(204, None)


@router.post(
    "/fulfilments/{number}/address/reveal", response=AddressBody, operation_id="fulfilment.reveal_address"
)
def revealed(request: ApiRequest, number: Number) -> object:
    """Return the whole address, and record who looked; empty when there is none."""
    found = get_fulfilment(reveal_address(**act_of(request), number=number))
    return open_address(found) or Address("", "", "")


@router.post("/fulfilments/{number}/send", response={204: None}, operation_id="fulfilment.send_fulfilment")
def send(request: ApiRequest, number: Number, body: SendIn) -> object:
    """Note it as sent."""
    send_fulfilment(**act_of(request), number=number, **body.dict())
    return Status(204, None)


@router.post(
    "/fulfilments/{number}/receive", response={204: None}, operation_id="fulfilment.receive_fulfilment"
)
def receive(request: ApiRequest, number: Number) -> object:
    """Note it as received."""
    receive_fulfilment(**act_of(request), number=number)
    return Status(204, None)


@router.post(
    "/fulfilments/{number}/return", response={204: None}, operation_id="fulfilment.return_fulfilment"
)
def came_back(request: ApiRequest, number: Number, body: ReasonIn) -> object:
    """Note that it came back."""
    return_fulfilment(**act_of(request), number=number, **body.dict())
    return Status(204, None)


@router.post("/fulfilments/{number}/again", response={204: None}, operation_id="fulfilment.queue_again")
def again(request: ApiRequest, number: Number, body: AgainIn) -> object:
    """Put what came back into the queue again."""
    queue_again(**act_of(request), number=number, **body.dict())
    return Status(204, None)
