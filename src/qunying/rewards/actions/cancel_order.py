"""Take a paid order back whole."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.actions.refund_order import OrderRefunded, ReturnedLine, refund_order
from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.orders import lock_order, refuse_order
from qunying.rewards.pricing.returned_gifts import list_kept_gifts


@action
def cancel_order(
    *, command_id: str, actor: Actor, now: datetime, order_number: str, reason: str
) -> OrderRefunded:
    """Take back everything that has not come back yet, shipping and gifts included.

    Raises:
        UnknownOrderPrice: no price was reserved.
        OrderNotReserved: it was not paid, or has come back whole.
    """
    order = lock_order(order_number)
    if order.state != OrderPrice.State.REDEEMED:
        raise refuse_order(order)
    left = [
        ReturnedLine(line_id=line.line_id, quantity=line.quantity - line.returned_quantity)
        for line in order.lines.order_by("id")
        if line.quantity > line.returned_quantity
    ]
    return refund_order(
        command_id=command_id,
        actor=actor,
        now=now,
        order_number=order_number,
        lines=left,
        with_shipping=not order.is_shipping_refunded,
        gifts=[gift.offer_id for gift in list_kept_gifts(order)],
        reason=reason,
    )
