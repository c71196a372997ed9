"""The API's checkout: a price is reserved for an order, used, given up, taken back in parts or whole."""

from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Status

from qunying.kernel import clock
from qunying.kernel.guessing import count_attempt
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of, command_id_of
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.rewards.actions.cancel_order import cancel_order
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.refund_order import ReturnedLine, refund_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.doors.checkout_shapes import (
    CancelOrderIn,
    OrderIn,
    OrderPriceOut,
    OrderPricePage,
    RedeemOrderIn,
    RedeemOrderOut,
    RefundOrderIn,
    RefundOrderOut,
    ReserveOrderIn,
    ReserveOrderOut,
)
from qunying.rewards.queries.list_order_prices import get_order_price, list_order_prices
from qunying.rewards.queries.quote_cart import TRIES_PER_MINUTE

router = Router()


@router.get("/pricing/orders", response=OrderPricePage, operation_id="rewards.list_order_prices")
def orders(
    request: ApiRequest,
    order_number: Annotated[str, Query(max_length=100, pattern=PLAIN)] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return prices of orders, newest first; of one order number, or all."""
    request.actor.require("rewards.view")
    rows = list_order_prices(order_number=order_number)
    found = cut_page(rows, order_by="-priced_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/pricing/orders/reserve", response={201: ReserveOrderOut}, operation_id="rewards.reserve_order")
def reserve(request: ApiRequest, body: ReserveOrderIn) -> object:
    """Keep the price of a quote for an order for fifteen minutes: all its coupons and points, or none."""
    now = clock.now()
    request.actor.require("rewards.reserve_order")
    if body.codes:  # before the action, so that a refusal does not take the count back
        count_attempt(f"cart_codes:{request.actor.key}", now=now, limit=TRIES_PER_MINUTE)
    reserved = reserve_order(
        command_id=command_id_of(request),
        actor=request.actor,
        now=now,
        order_number=body.order_number,
        asked=body.asked(),
        quote_hash=body.quote_hash,
        member_id=body.member_id,
        codes=body.codes,
        points=body.points,
    )
    return Status(201, reserved)


@router.post("/pricing/orders/redeem", response=RedeemOrderOut, operation_id="rewards.redeem_order")
def redeem(request: ApiRequest, body: RedeemOrderIn) -> object:
    """The order is paid: all its coupons are used and its points spent, or none."""
    return redeem_order(**act_of(request), **body.dict())


@router.post("/pricing/orders/release", response={204: None}, operation_id="rewards.release_order")
def release(request: ApiRequest, body: OrderIn) -> object:
    """The order will not be paid: its coupons and points are free again."""
    release_order(**act_of(request), order_number=body.order_number)
    return Status(204, None)


@router.post("/pricing/orders/refund", response=RefundOrderOut, operation_id="rewards.refund_order")
def refund(request: ApiRequest, body: RefundOrderIn) -> object:
    """Parts of the order come back: what was paid for them in money and points, and the budgets' share of the discount."""
    return refund_order(
        **act_of(request),
        order_number=body.order_number,
        lines=[ReturnedLine(**line.dict()) for line in body.lines],
        with_shipping=body.with_shipping,
        gifts=body.gifts,
        reason=body.reason,
    )


@router.post("/pricing/orders/cancel", response=RefundOrderOut, operation_id="rewards.cancel_order")
def cancel(request: ApiRequest, body: CancelOrderIn) -> object:
    """Everything that has not come back yet comes back, shipping included."""
    return cancel_order(**act_of(request), **body.dict())


# After the verbs: an address of one order would take theirs for an id.
@router.get(
    "/pricing/orders/{order_price_id}", response=OrderPriceOut, operation_id="rewards.get_order_price"
)
def one_order(request: ApiRequest, order_price_id: UUID) -> object:
    """Return the price of an order with its lines and offers."""
    request.actor.require("rewards.view")
    return get_order_price(order_price_id)
