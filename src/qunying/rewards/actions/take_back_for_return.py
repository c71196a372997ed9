"""Take back what a returned part of an order had earned."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.granting import lock_orders
from qunying.rewards.earning.occasions import Happening
from qunying.rewards.earning.returning import TakenBack, settle_returns
from qunying.rewards.earning.terms import LINE_PAID, RETURNS
from qunying.rewards.models import Returned


@action
def take_back_for_return(*, command_id: str, actor: Actor, now: datetime, happening: Happening) -> TakenBack:
    """Note that a part of an order went back, once per event, and take back what it had earned.

    Quantity and amount of the event are negative, as the stream has them. One that names no order takes nothing back. One
    that comes before the order does is taken off when the order comes.
    """
    if happening.order_id is None:
        return TakenBack()
    lock_orders([happening.order_id])
    Returned.objects.bulk_create(
        [
            Returned(
                event_id=happening.event_id,
                order_id=happening.order_id,
                is_line=RETURNS[happening.event] == LINE_PAID,
                product=happening.product,
                quantity=max(0, -(happening.quantity or 0)),
                amount_minor=max(0, -(happening.amount_minor or 0)),
                occurred_at=happening.occurred_at,
            )
        ],
        ignore_conflicts=True,
    )
    return settle_returns([happening.order_id], command_id=command_id, actor=actor, now=now)
