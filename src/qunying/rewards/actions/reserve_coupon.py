"""Reserve a coupon for an order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.post import post
from qunying.rewards.coupons import event_of, lock_coupon
from qunying.rewards.events import COUPON_RESERVED
from qunying.rewards.keeping import RESERVATION, check_keepable, keep_coupon
from qunying.rewards.terms import discount_on
from qunying.stream.record import record


@dataclass(frozen=True)
class Reserved:
    """What the coupon takes off the order, and until when it is kept for it."""

    coupon_id: UUID
    discount_minor: int
    currency: str
    reserved_until: datetime


@action
def reserve_coupon(
    *, command_id: str, actor: Actor, now: datetime, coupon_id: UUID, order_number: str, total_minor: int
) -> Reserved:
    """Keep a coupon for an order for fifteen minutes; after that it is free again by itself.

    The same order may reserve again with another total; the time starts anew.

    Args:
        total_minor: the part of the order that the coupon counts for, in minor units of its currency.

    Raises:
        UnknownCoupon: there is no such coupon.
        CouponNotUsable: it was used, has ended, or was withdrawn.
        CouponNotValidYet, CouponHasExpired: not now.
        CouponTaken: another order has it.
        TotalBelowThreshold: the order is too small.
    """
    coupon = lock_coupon(coupon_id)
    check_keepable(coupon, order_number, now)
    discount = discount_on(coupon.template, total_minor)
    entry = keep_coupon(coupon, order_number, now, total_minor=total_minor, discount_minor=discount)
    post(command_id=command_id, actor=actor, now=now, entry=entry)
    coupon.save()
    record(event_of(coupon, COUPON_RESERVED, now, order_number=order_number))
    return Reserved(coupon.id, discount, coupon.template.currency, now + RESERVATION)
