"""Take back what orders had earned that files report as returned."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.granting import lock_orders
from qunying.rewards.earning.past_orders import ORDERS_AT_ONCE, note_returns
from qunying.rewards.earning.returning import settle_returns
from qunying.rewards.models import Earning


@action
def settle_filed_returns(
    *, command_id: str, actor: Actor, now: datetime, after: UUID | None = None, limit: int = ORDERS_AT_ONCE
) -> UUID | None:
    """Look at the next orders that have earned, by id, for returns that a file brought; return the last of them, None at the end.

    Imported returns are history and start no reaction, but what they give back is not earned any more.
    """
    earned = Earning.objects.filter(order_id__isnull=False)
    if after is not None:
        earned = earned.filter(order_id__gt=after)
    found = earned.order_by("order_id").values_list("order_id", flat=True).distinct()[:limit]
    order_ids = [order_id for order_id in found if order_id is not None]
    if not order_ids:
        return None
    lock_orders(order_ids)
    settle_returns(note_returns(order_ids), command_id=command_id, actor=actor, now=now)
    return order_ids[-1]
