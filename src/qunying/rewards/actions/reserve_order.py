"""Reserve the price of an order: all its coupons at once, at the price that was shown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.money import checked_currency
from qunying.ledger.actions.post_entries import post_entries
from qunying.members.queries.get_member import get_living_member
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.cart_terms import check_names
from qunying.rewards.pricing.carts import AskedCart
from qunying.rewards.pricing.limits import take_uses
from qunying.rewards.pricing.order_budgets import hold_budgets, let_budgets_go
from qunying.rewards.pricing.order_coupons import keep_coupons, let_coupons_go
from qunying.rewards.pricing.order_points import keep_points
from qunying.rewards.pricing.orders import QuoteChanged, lock_order, refuse_order, write_quote
from qunying.rewards.pricing.paying_with_points import AskedPoints
from qunying.rewards.pricing.quoting import Quote, offer_costs
from qunying.rewards.queries.quote_cart import quote_cart


@dataclass(frozen=True)
class OrderReserved:
    """The price that is kept for the order, and until when."""

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


@action
def reserve_order(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    order_number: str,
    asked: AskedCart,
    quote_hash: str,
    member_id: UUID | None = None,
    codes: list[str],
    points: AskedPoints = None,
) -> OrderReserved:
    """Keep the price of a quote for an order for fifteen minutes: all its coupons and points, or none.

    The price is worked out anew. The same order may reserve again with another cart; coupons and points that it does not
    need any more are free at once.

    Args:
        quote_hash: of the quote that the member was shown.
        points: how many points were to pay at most, or "most", as in that quote.

    Raises:
        CartWrong, MixedCurrencies, UnknownCurrency, MemberNotFound, CodesNeedMember, CodeNotUsable: as ``quote_cart``.
        TermsWrong: the order number is empty or too long.
        QuoteChanged: the best price is another one by now; its total and hash are in the fields.
        OrderNotReserved: the order was paid already.
        OfferUsedUp, CouponTaken, CouponNotUsable, PointsGone: since a moment ago somebody else has taken what was left of an
            automatic offer or of the budget that pays for it, one of the coupons, or the points.
    """
    check_names("order_number", [order_number])
    member = get_living_member(member_id).id if member_id is not None else None
    order = _order(order_number, checked_currency(asked.currency), now)
    whose: dict[str, Any] = {"member_id": member_id, "codes": codes, "points": points}
    quote = quote_cart(asked=asked, actor=actor, now=now, order_number=order_number, **whose)
    if quote.quote_hash != quote_hash:
        raise QuoteChanged(total_minor=quote.total_minor, quote_hash=quote.quote_hash)
    take_uses(offer_costs(quote), now, member, order_number)
    needed = sorted(one.key for one in quote.used if one.kind == "coupon")
    act = Act(command_id=command_id, actor=actor, now=now)
    let_coupons_go(order_number, needed, **act)
    post_entries(**act, entries=let_budgets_go(order, now))
    offers = write_quote(order, asked, quote)
    hold_budgets(offers, **act)
    keep_coupons(order_number, quote.list_minor, offers, **act)
    keep_points(order, member, quote.points.used, **act)
    _promise(order, quote, now)
    return OrderReserved(
        order.id,
        order_number,
        order.total_minor,
        order.goods_minor,
        order.shipping_minor,
        order.currency,
        needed,
        order.points,
        order.quote_hash,
        now + RESERVATION,
    )


def _order(order_number: str, currency: str, now: datetime) -> OrderPrice:
    """Return the row of the order, new or not, held until the transaction ends."""
    new = OrderPrice(order_number=order_number, currency=currency, priced_at=now)
    OrderPrice.objects.bulk_create([new], ignore_conflicts=True)
    order = lock_order(order_number)
    if order.state not in {OrderPrice.State.RESERVED, OrderPrice.State.RELEASED}:
        raise refuse_order(order)
    return order


def _promise(order: OrderPrice, quote: Quote, now: datetime) -> None:
    order.points_off_minor = quote.points.off_minor
    order.state = OrderPrice.State.RESERVED
    order.currency, order.quote_hash = quote.currency, quote.quote_hash
    order.list_minor, order.goods_minor = quote.list_minor, quote.goods_minor
    order.shipping_minor = quote.shipping_minor
    order.priced_at, order.reserved_until, order.ended_at = now, now + RESERVATION, None
    order.save()
