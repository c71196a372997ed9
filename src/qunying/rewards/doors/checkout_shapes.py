"""What the API's orders look like in requests and answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from qunying.kernel.wire import PLAIN, Whole, YesNo
from qunying.rewards.doors.pricing_shapes import CartIn, Name
from qunying.rewards.pricing.carts import MOST_LINES


class OrderIn(Schema, extra="forbid"):
    """Which order of the shop."""

    order_number: Name


class ReserveOrderIn(CartIn):
    """The cart of an order, and the hash of the quote that the member was shown."""

    order_number: Name
    quote_hash: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class ReserveOrderOut(Schema):
    """The price that is kept for the order, with which coupons and how many points, and until when."""

    id: UUID
    order_number: str
    total_minor: int
    goods_minor: int
    shipping_minor: int
    currency: str
    coupon_ids: list[UUID]
    points: int
    quote_hash: str
    reserved_until: datetime


class RedeemOrderIn(OrderIn):
    """The order that is paid."""

    order_id: UUID | None = None


class RedeemOrderOut(Schema):
    """What the order paid."""

    order_number: str
    total_minor: int
    currency: str


class ReturnedLineIn(Schema, extra="forbid"):
    """So many units of a line come back."""

    line_id: Name
    quantity: Annotated[Whole, Field(ge=1, le=100_000)]


class CancelOrderIn(OrderIn):
    """Why the order comes back; without anybody's phone number or address."""

    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]


class RefundOrderIn(CancelOrderIn):
    """What comes back."""

    lines: Annotated[list[ReturnedLineIn], Field(max_length=MOST_LINES)] = []
    with_shipping: YesNo = False
    gifts: Annotated[list[Name], Field(max_length=MOST_LINES)] = []


class KeptGiftOut(Schema):
    """A gift that has not come back; ``is_due``: what the member keeps of the order comes to too little for it."""

    offer_id: str
    product: str
    quantity: int
    worth_minor: int
    is_due: bool


class RefundOrderOut(Schema):
    """What was paid in money for what comes back; which coupons and how many points the member has again; which gifts stay."""

    order_number: str
    amount_minor: int
    by_line: dict[str, int]
    shipping_minor: int
    currency: str
    refunded_minor: int
    is_whole: bool
    coupon_ids: list[UUID]
    points: int
    gifts_kept: list[KeptGiftOut]


class OrderLineOut(Schema):
    """A line of an order."""

    line_id: str
    product: str
    quantity: int
    list_minor: int
    paid_minor: int
    off_by: dict[str, int]
    points: int
    returned_quantity: int


class OrderOfferOut(Schema):
    """An offer that an order uses."""

    promotion_id: UUID | None
    coupon_id: UUID | None
    off_minor: int
    off_shipping_minor: int
    gift_product: str
    gift_quantity: int
    given_back_minor: int


class OrderPriceOut(Schema):
    """The price of an order."""

    id: UUID
    order_number: str
    member_id: UUID | None
    state: str
    currency: str
    list_minor: int
    goods_minor: int
    shipping_minor: int
    total_minor: int
    refunded_minor: int
    points: int
    points_off_minor: int
    points_returned: int
    priced_at: datetime
    reserved_until: datetime | None
    redeemed_at: datetime | None
    ended_at: datetime | None
    lines: list[OrderLineOut]
    offers: list[OrderOfferOut]


class OrderPricePage(Schema):
    """A page of prices of orders."""

    items: list[OrderPriceOut]
    next_cursor: str | None
