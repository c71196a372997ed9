"""The API of the shop: orders and products, read only; they come in by import."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema

from qunying.kernel.web import ApiRequest
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.shop.models import Order
from qunying.shop.queries.get_order import get_order
from qunying.shop.queries.list_orders import list_orders
from qunying.shop.queries.list_products import list_products

router = Router()

# Not “type”: the API's machinery does not look through such names.


class OrderAnswer(Schema):
    """An order. Amounts are minor units of its currency; an anonymous one has no member."""

    id: UUID
    source: str
    number: str
    member_id: UUID | None
    placed_at: datetime
    channel: str
    store: str
    country: str
    currency: str
    total_minor: int
    units: int


class LineAnswer(Schema):
    """One product of an order."""

    stock_code: str
    description: str
    quantity: int
    unit_price_minor: int
    amount_minor: int
    is_gift: bool


class OrderWithLines(OrderAnswer):
    """An order with its lines."""

    lines: list[LineAnswer]


class OrderPage(Schema):
    """A page of orders."""

    items: list[OrderAnswer]
    next_cursor: str | None


class ProductAnswer(Schema):
    """A product."""

    code: str
    title: str
    first_sold_at: datetime
    last_sold_at: datetime


class ProductPage(Schema):
    """A page of products."""

    items: list[ProductAnswer]
    next_cursor: str | None


def _require(request: ApiRequest) -> None:
    request.actor.require("shop.view")


def _with_lines(order: Order) -> dict[str, Any]:
    lines = [
        {
            "stock_code": line.product.code,
            "description": line.description,
            "quantity": line.quantity,
            "unit_price_minor": line.unit_price_minor,
            "amount_minor": line.amount_minor,
            "is_gift": line.is_gift,
        }
        for line in order.lines.all()
    ]
    return {**OrderAnswer.from_orm(order).dict(), "lines": lines}


@router.get("/orders", response=OrderPage, operation_id="shop.list_orders")
def orders(
    request: ApiRequest,
    member_id: UUID | None = None,
    number: Annotated[str, Query(max_length=200, pattern=PLAIN)] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List orders, newest first; of one member, or with one number."""
    _require(request)
    page = list_orders(member_id, search=number, cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}


@router.get("/orders/{uuid:order_id}", response=OrderWithLines, operation_id="shop.get_order")
def order(request: ApiRequest, order_id: UUID) -> dict[str, Any]:
    """Return one order with its lines."""
    _require(request)
    return _with_lines(get_order(order_id))


@router.get("/products", response=ProductPage, operation_id="shop.list_products")
def products(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=200, pattern=PLAIN)] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    """List products by code; ``search`` is part of a title or the beginning of a code."""
    _require(request)
    page = list_products(search=search, cursor=cursor, size=limit)
    return {"items": page.rows, "next_cursor": page.next_cursor}
