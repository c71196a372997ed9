"""The coupons of an order that is reserved: kept all at once, and those that it does not need any more let go."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qunying.kernel.actors import Actor
from qunying.ledger.actions.post_entries import post_entries
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.coupons import event_of, lock_coupon
from qunying.rewards.events import COUPON_RESERVED
from qunying.rewards.keeping import check_keepable, keep_coupon
from qunying.rewards.models import Coupon, OrderOffer
from qunying.stream.record import record


def let_coupons_go(
    order_number: str, needed: Sequence[UUID], *, command_id: str, actor: Actor, now: datetime
) -> None:
    """Free the coupons that an order has reserved and does not need any more."""
    kept = Coupon.objects.filter(
        order_number=order_number, state=Coupon.State.RESERVED, reserved_until__gt=now
    )
    for coupon_id in sorted(set(kept.values_list("id", flat=True)) - set(needed)):
        release_coupon(
            command_id=command_id, actor=actor, now=now, coupon_id=coupon_id, order_number=order_number
        )


def keep_coupons(
    order_number: str,
    list_minor: int,
    offers: Sequence[OrderOffer],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep the coupons among the offers of an order, at what each takes off.

    Args:
        list_minor: what the order comes to by list prices.

    Raises:
        CouponTaken, CouponNotUsable, CouponNotValidYet, CouponHasExpired: the order cannot have one of them.
    """
    costs = {offer.coupon_id: offer.cost_minor for offer in offers if offer.coupon_id is not None}
    coupons = [lock_coupon(coupon_id) for coupon_id in sorted(costs)]
    entries = []
    for coupon in coupons:
        check_keepable(coupon, order_number, now)
        kept = keep_coupon(coupon, order_number, now, total_minor=list_minor, discount_minor=costs[coupon.id])
        entries.append(kept)
    post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    for coupon in coupons:
        coupon.save()
    record(*(event_of(coupon, COUPON_RESERVED, now, order_number=order_number) for coupon in coupons))
