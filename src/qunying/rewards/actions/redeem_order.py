"""Use the price that an order has reserved."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.limits import take_uses
from qunying.rewards.pricing.order_budgets import spend_budget
from qunying.rewards.pricing.order_points import spend_kept_points
from qunying.rewards.pricing.orders import QuoteChanged, lock_order, offer_event, refuse_order
from qunying.stream.record import record


@dataclass(frozen=True)
class OrderRedeemed:
    """What the order paid."""

    order_number: str
    total_minor: int
    currency: str


@action
def redeem_order(
    *, command_id: str, actor: Actor, now: datetime, order_number: str, order_id: UUID | None = None
) -> OrderRedeemed:
    """The order is paid: all its coupons are used, their budgets pay what each really took off, its points are spent. All or
    nothing.

    A payment that comes after the fifteen minutes still gets its price when nobody else has one of its coupons, none has
    ended, and the member still has the points.

    Raises:
        UnknownOrderPrice: no price was reserved.
        OrderNotReserved: it was paid or given up.
        CouponTaken, CouponNotUsable, CouponHasExpired: one of its coupons is gone.
        OfferUsedUp: it comes late, and others have taken what was left of an automatic offer or its budget.
        QuoteChanged: one of its coupons was reserved by itself since, for another amount.
        PointsGone: it comes late, and the member has fewer points by now.
    """
    order = lock_order(order_number)
    if order.state != OrderPrice.State.RESERVED:
        raise refuse_order(order)
    if order.reserved_until is not None and order.reserved_until <= now:
        offers = order.offers.filter(promotion__isnull=False)
        costs = {offer.promotion_id: offer.cost_minor for offer in offers if offer.promotion_id is not None}
        take_uses(costs, now, order.member_id, order_number)
    order.order_id = order_id
    for offer in order.offers.select_related("promotion").order_by("coupon_id", "promotion_id"):
        if offer.coupon_id is not None:
            used = redeem_coupon(
                command_id=command_id,
                actor=actor,
                now=now,
                coupon_id=offer.coupon_id,
                order_number=order_number,
                order_id=order_id,
            )
            if used.discount_minor != offer.cost_minor:
                raise QuoteChanged(total_minor=order.total_minor, quote_hash=order.quote_hash)
        elif offer.promotion is not None:
            spend_budget(order, offer, command_id=command_id, actor=actor, now=now)
            record(offer_event(order, offer.promotion, now, amount_minor=offer.cost_minor))
    spend_kept_points(order, command_id=command_id, actor=actor, now=now)
    order.state = OrderPrice.State.REDEEMED
    order.redeemed_at, order.reserved_until = now, None
    order.save()
    return OrderRedeemed(order_number, order.total_minor, order.currency)
