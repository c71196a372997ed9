"""The API's points shop."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from qunying.content.pictures import keep_picture
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Instant, Limit, Whole
from qunying.points_shop.actions.add_stock import add_stock
from qunying.points_shop.actions.buy_item import MOST_AT_ONCE, buy_item
from qunying.points_shop.actions.cancel_purchase import cancel_purchase
from qunying.points_shop.actions.close_item import close_item
from qunying.points_shop.actions.open_item import open_item
from qunying.points_shop.actions.set_picture import set_picture
from qunying.points_shop.actions.write_item import write_item
from qunying.points_shop.drafting import MOST_DAYS, MOST_POINTS, MOST_UNITS, ItemWords
from qunying.points_shop.models import Item
from qunying.points_shop.queries.list_items import (
    get_item,
    get_purchase,
    list_items,
    list_purchases,
    stocks,
)

router = Router()
Units = Annotated[Whole, Field(ge=1, le=MOST_UNITS)]


class ItemIn(Schema, extra="forbid"):
    """An item as it is written; with ``item_id`` the one that is changed."""

    item_id: UUID | None = None
    kind: Literal["goods", "coupon", "chances"]
    title: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=PLAIN)]
    price_points: Annotated[Whole, Field(ge=1, le=MOST_POINTS)]
    stock: Units
    about: Annotated[str, StringConstraints(max_length=2_000, pattern=PLAIN)] = ""
    template_id: UUID | None = None
    activity_id: UUID | None = None
    chances: Annotated[Whole, Field(ge=1, le=100)] = 1
    per_member: Units | None = None
    period: Literal["ever", "month", "day"] = "ever"
    tiers: Annotated[
        list[Annotated[str, StringConstraints(max_length=40, pattern=PLAIN)]], Field(max_length=20)
    ] = []
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    send_days: Annotated[Whole, Field(ge=1, le=MOST_DAYS)] = 7


class ItemOut(Schema):
    """An item, and how many are left."""

    id: UUID
    kind: str
    title: str
    about: str
    picture: str
    price_points: int
    stock: int
    left: int
    template_id: UUID | None
    activity_id: UUID | None
    chances: int
    per_member: int | None
    period: str
    tiers: list[str]
    opens_at: datetime | None
    closes_at: datetime | None
    send_days: int
    state: str
    created_at: datetime


class ItemPage(Schema):
    """A page of items."""

    items: list[ItemOut]
    next_cursor: str | None


class PurchaseOut(Schema):
    """What a member got for points."""

    id: UUID
    item_id: UUID
    member_id: UUID
    quantity: int
    points: int
    serials: list[int]
    coupon_ids: list[UUID]
    state: str
    reason: str
    bought_at: datetime
    cancelled_at: datetime | None


class PurchasePage(Schema):
    """A page of purchases."""

    items: list[PurchaseOut]
    next_cursor: str | None


class IdOut(Schema):
    """What was written."""

    id: UUID


class UnitsIn(Schema, extra="forbid"):
    """How many more, and why."""

    units: Units
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PLAIN)]


class BuyIn(Schema, extra="forbid"):
    """For whom, how many, at the price that was shown."""

    member_id: UUID
    price_points: Annotated[Whole, Field(ge=1, le=MOST_POINTS)]
    quantity: Annotated[Whole, Field(ge=1, le=MOST_AT_ONCE)] = 1


class BoughtOut(Schema):
    """The purchase, and what it cost."""

    purchase_id: UUID
    points: int


class ReasonIn(Schema, extra="forbid"):
    """Why."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]


class UndoneOut(Schema):
    """How many points came back."""

    points: int


def _shown(rows: list[Item]) -> list[dict[str, Any]]:
    levels = stocks(rows)
    names = [name for name in ItemOut.model_fields if name not in {"left", "stock"}]
    return [
        {
            **{name: getattr(row, name) for name in names},
            "stock": levels[row.id].total,
            "left": levels[row.id].left,
        }
        for row in rows
    ]


@router.get("/points-shop/items", response=ItemPage, operation_id="points_shop.list_items")
def items(
    request: ApiRequest,
    state: Annotated[Literal["draft", "open", "closed", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return items, newest first."""
    request.actor.require("points_shop.view")
    found = cut_page(list_items(state=state), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": _shown(found.rows), "next_cursor": found.next_cursor}


@router.post("/points-shop/items", response={201: IdOut}, operation_id="points_shop.write_item")
def new_item(request: ApiRequest, body: ItemIn) -> object:
    """Write an item as a draft, or change one."""
    typed = body.dict()
    item_id = typed.pop("item_id")
    written = write_item(**act_of(request), words=ItemWords(**typed), item_id=item_id)
    return Status(201, {"id": written})


@router.get("/points-shop/items/{item_id}", response=ItemOut, operation_id="points_shop.get_item")
def one_item(request: ApiRequest, item_id: UUID) -> object:
    """Return an item."""
    request.actor.require("points_shop.view")
    return _shown([get_item(item_id)])[0]


@router.post(
    "/points-shop/items/{item_id}/picture", response={204: None}, operation_id="points_shop.set_picture"
)
def new_picture(request: ApiRequest, item_id: UUID, file: File[UploadedFile]) -> object:
    """Give it a picture (JPEG, PNG, WebP or GIF); it is kept as we encode it anew."""
    act = act_of(request)
    request.actor.require("points_shop.set_picture")
    set_picture(**act, item_id=item_id, sha256=keep_picture(file).sha256)
    return Status(204, None)


@router.post("/points-shop/items/{item_id}/open", response={204: None}, operation_id="points_shop.open_item")
def open_one(request: ApiRequest, item_id: UUID) -> object:
    """Put it on offer."""
    open_item(**act_of(request), item_id=item_id)
    return Status(204, None)


@router.post(
    "/points-shop/items/{item_id}/close", response={204: None}, operation_id="points_shop.close_item"
)
def close_one(request: ApiRequest, item_id: UUID) -> object:
    """Take it off."""
    close_item(**act_of(request), item_id=item_id)
    return Status(204, None)


@router.post(
    "/points-shop/items/{item_id}/stock", response={202: IdOut}, operation_id="points_shop.add_stock"
)
def more(request: ApiRequest, item_id: UUID, body: UnitsIn) -> object:
    """Ask for more units; another person adds them (``ledger.approve_units`` with the id of the answer)."""
    return Status(202, {"id": add_stock(**act_of(request), item_id=item_id, **body.dict())})


@router.post(
    "/points-shop/items/{item_id}/buy", response={201: BoughtOut}, operation_id="points_shop.buy_item"
)
def buy(request: ApiRequest, item_id: UUID, body: BuyIn) -> object:
    """Buy it in the name of a member."""
    return Status(201, buy_item(**act_of(request), item_id=item_id, **body.dict()))


@router.get("/points-shop/purchases", response=PurchasePage, operation_id="points_shop.list_purchases")
def purchases(
    request: ApiRequest,
    item_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return purchases, the latest first."""
    request.actor.require("points_shop.view")
    rows = list_purchases(item_id=item_id, member_id=member_id)
    found = cut_page(rows, order_by="-bought_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get(
    "/points-shop/purchases/{purchase_id}", response=PurchaseOut, operation_id="points_shop.get_purchase"
)
def one_purchase(request: ApiRequest, purchase_id: UUID) -> object:
    """Return a purchase."""
    request.actor.require("points_shop.view")
    return get_purchase(purchase_id)


@router.post(
    "/points-shop/purchases/{purchase_id}/cancel",
    response=UndoneOut,
    operation_id="points_shop.cancel_purchase",
)
def cancel(request: ApiRequest, purchase_id: UUID, body: ReasonIn) -> object:
    """Undo it: points, units and what was given go back."""
    return cancel_purchase(**act_of(request), purchase_id=purchase_id, reason=body.reason)
