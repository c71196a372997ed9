"""Count what an order earned anew when its discount became known after the order."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.reasons import PAID_LESS
from qunying.rewards.earning.granting import lock_orders
from qunying.rewards.earning.our_discounts import lower_terms
from qunying.rewards.earning.returning import TakenBack, settle_kept
from qunying.shop.queries.list_orders import find_order_ids


@action
def settle_late_discounts(
    *, command_id: str, actor: Actor, now: datetime, order_number: str, order_id: UUID | None = None
) -> TakenBack:
    """Take back what an order earned for money that nobody paid, once; an order that is told later earns right by itself.

    A shop may tell of an order before our checkout does of its price. Where amounts of orders come before our discounts
    (*checkout policy*), what they earned by then was too much.

    Args:
        order_number: of the order whose price, coupon or points were used now.
        order_id: the order, where the checkout named it.
    """
    orders = {*find_order_ids(order_number), *([order_id] if order_id is not None else [])}
    lock_orders(orders)
    if not lower_terms(orders):
        return TakenBack()
    return settle_kept(orders, command_id=command_id, actor=actor, now=now, reason=PAID_LESS)
