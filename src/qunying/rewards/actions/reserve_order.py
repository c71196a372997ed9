"""Reserve the price of an order: all its coupons at once, at the price that was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.money import checked_currency
from qunying.ledger.actions.post_entries import post_entries
from qunying.members.queries.get_member import get_member
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.coupons import event_of, lock_coupon
from qunying.rewards.events import COUPON_RESERVED
from qunying.rewards.keeping import RESERVATION, check_keepable, keep_coupon
from qunying.rewards.models import Coupon, OrderOffer, OrderPrice
from qunying.rewards.pricing.cart_terms import check_names
from qunying.rewards.pricing.carts import AskedCart
from qunying.rewards.pricing.limits import take_uses
from qunying.rewards.pricing.orders import QuoteChanged, lock_order, refuse_order, write_quote
from qunying.rewards.pricing.quoting import Quote, offer_costs
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.stream.record import record


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
) -> OrderReserved:
    """Keep the price of a quote for an order for fifteen minutes: every coupon of it, or none.

    The price is worked out anew. The same order may reserve again with another cart; coupons that it does not need
    any more are free at once.

    Args:
        quote_hash: of the quote that the member was shown.

    Raises:
        CartWrong, MixedCurrencies, UnknownCurrency, MemberNotFound, CodesNeedMember, CodeNotUsable: as ``quote_cart``.
        TermsWrong: the order number is empty or too long.
        QuoteChanged: the best price is another one by now; its total and hash are in the fields.
        OrderNotReserved: the order was paid already.
        OfferUsedUp: somebody else has taken what was left of an automatic offer since a moment ago.
        CouponTaken, CouponNotUsable: somebody else has one of the coupons since a moment ago.
    """
    check_names("order_number", [order_number])
    member = get_member(member_id).id if member_id is not None else None
    order = _order(order_number, checked_currency(asked.currency), now)
    quote = quote_cart(
        asked=asked, actor=actor, now=now, member_id=member_id, codes=codes, order_number=order_number
    )
    if quote.quote_hash != quote_hash:
        raise QuoteChanged(total_minor=quote.total_minor, quote_hash=quote.quote_hash)
    take_uses(offer_costs(quote), now, member, order_number)
    needed = sorted(one.key for one in quote.used if one.kind == "coupon")
    earlier = Coupon.objects.filter(
        order_number=order_number, state=Coupon.State.RESERVED, reserved_until__gt=now
    )
    for coupon_id in sorted(set(earlier.values_list("id", flat=True)) - set(needed)):
        release_coupon(
            command_id=command_id, actor=actor, now=now, coupon_id=coupon_id, order_number=order_number
        )
    offers = write_quote(order, asked, quote)
    _keep(command_id, actor, now, order_number, quote.list_minor, needed, offers)
    _promise(order, quote, member, now)
    return OrderReserved(
        order.id,
        order_number,
        order.total_minor,
        order.goods_minor,
        order.shipping_minor,
        order.currency,
        needed,
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


def _promise(order: OrderPrice, quote: Quote, member_id: UUID | None, now: datetime) -> None:
    order.member_id = member_id
    order.state = OrderPrice.State.RESERVED
    order.currency, order.quote_hash = quote.currency, quote.quote_hash
    order.list_minor, order.goods_minor = quote.list_minor, quote.goods_minor
    order.shipping_minor = quote.shipping_minor
    order.priced_at, order.reserved_until, order.ended_at = now, now + RESERVATION, None
    order.save()


def _keep(
    command_id: str,
    actor: Actor,
    now: datetime,
    order_number: str,
    list_minor: int,
    coupon_ids: Sequence[UUID],
    offers: Sequence[OrderOffer],
) -> None:
    costs = {offer.coupon_id: offer.cost_minor for offer in offers}
    coupons = [lock_coupon(coupon_id) for coupon_id in coupon_ids]
    entries = []
    for coupon in coupons:
        check_keepable(coupon, order_number, now)
        kept = keep_coupon(coupon, order_number, now, total_minor=list_minor, discount_minor=costs[coupon.id])
        entries.append(kept)
    post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    for coupon in coupons:
        coupon.save()
    record(*(event_of(coupon, COUPON_RESERVED, now, order_number=order_number) for coupon in coupons))
