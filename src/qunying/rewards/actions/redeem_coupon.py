"""Use a reserved coupon."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line, Release, Settlement
from qunying.rewards.coupons import (
    CouponHasExpired,
    CouponTaken,
    available_of,
    event_of,
    lapsed,
    lock_coupon,
    redeemed_of,
    refuse_state,
    spent_of,
)
from qunying.rewards.events import COUPON_REDEEMED
from qunying.rewards.models import Coupon
from qunying.stream.record import record


@dataclass(frozen=True)
class Redeemed:
    """What the coupon took off the order."""

    coupon_id: UUID
    discount_minor: int
    currency: str
    transaction_id: UUID


@action
def redeem_coupon(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    coupon_id: UUID,
    order_number: str,
    order_id: UUID | None = None,
) -> Redeemed:
    """Use the coupon that an order has reserved; the budget pays the real discount and gets the rest back.

    A payment that comes after the fifteen minutes still gets the coupon when nobody else has it and its time
    is not over. A coupon that ends while it is reserved is still good for its order.

    Raises:
        UnknownCoupon: there is no such coupon.
        CouponNotUsable: it was not reserved, was used, has ended, or was withdrawn.
        CouponTaken: another order has it.
        CouponHasExpired: the reservation lapsed, and the coupon ended since.
    """
    coupon = lock_coupon(coupon_id)
    if coupon.state not in {Coupon.State.CLAIMED, Coupon.State.RESERVED} or coupon.order_number is None:
        raise refuse_state(coupon)
    if coupon.order_number != order_number:
        raise CouponTaken
    is_kept = coupon.state == Coupon.State.RESERVED and not lapsed(coupon, now)
    if not is_kept and coupon.valid_until <= now:
        raise CouponHasExpired
    transaction_id = post(command_id=command_id, actor=actor, now=now, entry=_entry(coupon, is_kept=is_kept))
    coupon.state = Coupon.State.REDEEMED
    coupon.unit_hold_id = coupon.budget_hold_id = coupon.reserved_until = None
    coupon.order_id = order_id
    coupon.redeemed_at = now
    coupon.redeemed_by = transaction_id
    coupon.save()
    discount = coupon.discount_minor or 0
    record(event_of(coupon, COUPON_REDEEMED, now, amount_minor=discount, order_number=order_number))
    return Redeemed(coupon.id, discount, coupon.template.currency, transaction_id)


def _entry(coupon: Coupon, *, is_kept: bool) -> Entry:
    settlements: list[Settlement] = []
    releases: list[Release] = []
    lines: tuple[Line, ...] = ()
    if is_kept and coupon.unit_hold_id is not None:
        settlements.append(Settlement(coupon.unit_hold_id, 1, redeemed_of(coupon)))
    else:
        lines = (Line(available_of(coupon), -1), Line(redeemed_of(coupon), 1))
        if coupon.unit_hold_id is not None:
            releases.append(Release(coupon.unit_hold_id, "expired"))
    if coupon.budget_hold_id is not None:
        settlements.append(Settlement(coupon.budget_hold_id, coupon.discount_minor or 0, spent_of(coupon)))
    return Entry(
        kind="coupon_redeemed",
        part=str(coupon.id),
        lines=lines,
        settlements=tuple(settlements),
        releases=tuple(releases),
        campaign_id=coupon.campaign_id,
    )
