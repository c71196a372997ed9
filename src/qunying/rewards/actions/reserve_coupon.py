"""Reserve a coupon for an order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, NewHold, Release
from qunying.rewards.coupons import (
    CouponHasExpired,
    CouponNotValidYet,
    CouponTaken,
    available_of,
    event_of,
    lapsed,
    lock_coupon,
    refuse_state,
)
from qunying.rewards.events import COUPON_RESERVED
from qunying.rewards.models import Coupon
from qunying.rewards.terms import discount_on
from qunying.stream.record import record

RESERVATION = timedelta(minutes=15)


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
    if coupon.state not in {Coupon.State.CLAIMED, Coupon.State.RESERVED}:
        raise refuse_state(coupon)
    if coupon.valid_from > now:
        raise CouponNotValidYet
    if coupon.valid_until <= now:
        raise CouponHasExpired
    is_kept = coupon.state == Coupon.State.RESERVED and not lapsed(coupon, now)
    if is_kept and coupon.order_number != order_number:
        raise CouponTaken
    discount = discount_on(coupon.template, total_minor)
    hold = NewHold(new_id(), available_of(coupon), 1, now + RESERVATION)
    releases = _releases(coupon, is_kept=is_kept)
    entry = Entry(
        kind="coupon_reserved",
        part=str(hold.id),
        holds=(hold,),
        releases=releases,
        campaign_id=coupon.campaign_id,
    )
    post(command_id=command_id, actor=actor, now=now, entry=entry)
    coupon.state = Coupon.State.RESERVED
    coupon.unit_hold_id = hold.id
    coupon.reserved_until = now + RESERVATION
    coupon.order_number = order_number
    coupon.order_total_minor = total_minor
    coupon.discount_minor = discount
    coupon.save()
    record(event_of(coupon, COUPON_RESERVED, now, order_number=order_number))
    return Reserved(coupon.id, discount, coupon.template.currency, coupon.reserved_until)


def _releases(coupon: Coupon, *, is_kept: bool) -> tuple[Release, ...]:
    if coupon.unit_hold_id is None:
        return ()
    return (Release(coupon.unit_hold_id, "voided" if is_kept else "expired"),)
