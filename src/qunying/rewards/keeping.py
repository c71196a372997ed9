"""Keeping a coupon for an order for a while."""

from datetime import datetime, timedelta

from qunying.kernel.ids import new_id
from qunying.ledger.entries import Entry, NewHold, Release
from qunying.rewards.coupons import (
    CouponHasExpired,
    CouponNotValidYet,
    CouponTaken,
    available_of,
    lapsed,
    refuse_state,
)
from qunying.rewards.models import Coupon

RESERVATION = timedelta(minutes=15)


def check_keepable(coupon: Coupon, order_number: str, now: datetime) -> None:
    """Refuse a coupon that an order cannot have now.

    Raises:
        CouponNotUsable: it was used, has ended, or was withdrawn.
        CouponNotValidYet, CouponHasExpired: not now.
        CouponTaken: another order has it.
    """
    if coupon.state not in {Coupon.State.CLAIMED, Coupon.State.RESERVED}:
        raise refuse_state(coupon)
    if coupon.valid_from > now:
        raise CouponNotValidYet
    if coupon.valid_until <= now:
        raise CouponHasExpired
    if _is_kept(coupon, now) and coupon.order_number != order_number:
        raise CouponTaken


def keep_coupon(
    coupon: Coupon, order_number: str, now: datetime, *, total_minor: int, discount_minor: int
) -> Entry:
    """Mark a coupon as kept for an order and return the entry that sets its unit aside; the caller saves and posts."""
    hold = NewHold(new_id(), available_of(coupon), 1, now + RESERVATION)
    releases: tuple[Release, ...] = ()
    if coupon.unit_hold_id is not None:
        releases = (Release(coupon.unit_hold_id, "voided" if _is_kept(coupon, now) else "expired"),)
    coupon.state = Coupon.State.RESERVED
    coupon.unit_hold_id = hold.id
    coupon.reserved_until = now + RESERVATION
    coupon.order_number = order_number
    coupon.order_total_minor = total_minor
    coupon.discount_minor = discount_minor
    return Entry(
        kind="coupon_reserved",
        part=str(hold.id),
        holds=(hold,),
        releases=releases,
        campaign_id=coupon.campaign_id,
    )


def _is_kept(coupon: Coupon, now: datetime) -> bool:
    return coupon.state == Coupon.State.RESERVED and not lapsed(coupon, now)
