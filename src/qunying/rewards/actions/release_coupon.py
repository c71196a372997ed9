"""Give up a reservation before its time is over."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.void_hold import void_hold
from qunying.rewards.coupons import CouponTaken, clear_reservation, event_of, lock_coupon, refuse_state
from qunying.rewards.events import COUPON_RELEASED
from qunying.rewards.models import Coupon
from qunying.stream.record import record


@action
def release_coupon(
    *, command_id: str, actor: Actor, now: datetime, coupon_id: UUID, order_number: str
) -> None:
    """Make a reserved coupon free again, because its order will not be paid.

    Raises:
        UnknownCoupon: there is no such coupon.
        CouponNotUsable: it is not reserved.
        CouponTaken: another order has it.
    """
    coupon = lock_coupon(coupon_id)
    if coupon.state != Coupon.State.RESERVED or coupon.unit_hold_id is None:
        raise refuse_state(coupon)
    if coupon.order_number != order_number:
        raise CouponTaken
    void_hold(command_id=command_id, actor=actor, now=now, hold_id=coupon.unit_hold_id)
    clear_reservation(coupon)
    coupon.order_number = coupon.order_total_minor = coupon.discount_minor = None
    coupon.save()
    record(event_of(coupon, COUPON_RELEASED, now, reason="given_up"))
