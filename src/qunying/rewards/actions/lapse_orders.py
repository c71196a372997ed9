"""Free what reservations of orders keep when their time is over."""

from datetime import datetime
from itertools import batched

from django.db.models import Q

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.entries import MAX_ENTRIES
from qunying.rewards.models import OrderOffer, OrderPrice
from qunying.rewards.pricing.order_budgets import let_budgets_go
from qunying.rewards.pricing.order_points import let_go


@action
def lapse_orders(*, command_id: str, actor: Actor, now: datetime, limit: int = MAX_ENTRIES) -> int:
    """Free the points, and what is held on budgets, of up to ``limit`` orders that were not paid in time; return of how many.

    The orders stay reserved: a payment that comes late still gets its price when points and budgets are still there. Orders
    that somebody works on at this moment are left for the next time.
    """
    holding = OrderOffer.objects.filter(budget_hold_id__isnull=False).values("order_price")
    due = OrderPrice.objects.filter(
        Q(points_hold_id__isnull=False) | Q(pk__in=holding), reserved_until__lte=now
    )
    locked = due.select_for_update(of=("self",), skip_locked=True, no_key=True)
    orders = list(locked.order_by("reserved_until", "id")[:limit])
    entries = [entry for order in orders for entry in (*let_go(order, now), *let_budgets_go(order, now))]
    for some in batched(entries, MAX_ENTRIES):
        post_entries(command_id=command_id, actor=actor, now=now, entries=list(some))
    OrderPrice.objects.bulk_update(orders, ["points_hold_id"])
    return len(orders)
