"""Give up the price that an order has reserved."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.post_entries import post_entries
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.models import Coupon, OrderPrice
from qunying.rewards.pricing.order_budgets import let_budgets_go
from qunying.rewards.pricing.order_points import let_go
from qunying.rewards.pricing.orders import lock_order, refuse_order


@action
def release_order(*, command_id: str, actor: Actor, now: datetime, order_number: str) -> None:
    """The order will not be paid: its coupons and points are free again.

    Raises:
        UnknownOrderPrice: no price was reserved.
        OrderNotReserved: it was paid or given up already.
    """
    order = lock_order(order_number)
    if order.state != OrderPrice.State.RESERVED:
        raise refuse_order(order)
    kept = Coupon.objects.filter(
        order_number=order_number, state=Coupon.State.RESERVED, reserved_until__gt=now
    ).order_by("id")
    for coupon_id in list(kept.values_list("id", flat=True)):
        release_coupon(
            command_id=command_id, actor=actor, now=now, coupon_id=coupon_id, order_number=order_number
        )
    post_entries(
        command_id=command_id,
        actor=actor,
        now=now,
        entries=[*let_budgets_go(order, now), *let_go(order, now)],
    )
    order.state = OrderPrice.State.RELEASED
    order.reserved_until, order.ended_at = None, now
    order.save()
