"""Which automatic offers a cart may have beyond its own terms: limits of cost, budgets of campaigns, and who gets nothing of these."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qunying.engines.cart_pricing import UsedOffer
from qunying.ledger.queries.get_budget import list_free_budgets
from qunying.rewards.barring import list_barred
from qunying.rewards.models import OrderOffer


@dataclass(frozen=True)
class Means:
    """may_cost: by offer id, what it may still cost. payers: by offer id, the campaign whose budget pays. free: what is free
    there. barred: campaigns of which the member gets nothing.
    """

    may_cost: Mapping[str, int]
    payers: Mapping[str, UUID]
    free: Mapping[UUID, int]
    barred: Collection[UUID]

    def not_given(self) -> dict[str, str]:
        """Return the offers that the member does not get, with the reason."""
        return {key: "not_for_member" for key, payer in self.payers.items() if payer in self.barred}

    def too_dear(self, used: Sequence[UsedOffer]) -> dict[str, str]:
        """Return used offers for which too little is left, with the reason; of a budget the costliest one goes first."""
        over = {one.id: "used_up" for one in used if cost_of(one) > self.may_cost.get(one.id, cost_of(one))}
        if over:
            return over
        paid: dict[UUID, list[UsedOffer]] = defaultdict(list)
        for one in used:
            if one.id in self.payers:
                paid[self.payers[one.id]].append(one)
        return {
            max(some, key=lambda one: (cost_of(one), one.id)).id: "no_budget"
            for payer, some in paid.items()
            if sum(map(cost_of, some)) > self.free.get(payer, 0)
        }


def cost_of(used: UsedOffer) -> int:
    """Return what an offer costs the brand: what it takes off, and the worth of its gift."""
    worth = used.gift.quantity * used.gift.worth_minor if used.gift else 0
    return used.off_minor + used.off_shipping_minor + worth


def find_means(
    may_cost: Mapping[str, int],
    payers: Mapping[str, UUID],
    currency: str,
    member_id: UUID | None,
    order_number: str | None,
) -> Means:
    """Return what offers may cost; what the order itself holds of budgets counts as free for it."""
    campaigns = set(payers.values())
    if not campaigns:
        return Means(may_cost, {}, {}, ())
    free = list_free_budgets(campaigns, currency)
    if order_number is not None:
        own = OrderOffer.objects.filter(order_price__order_number=order_number, budget_hold_id__isnull=False)
        for offer in own.select_related("promotion"):
            payer = offer.promotion.campaign_id if offer.promotion is not None else None
            if payer in free:
                free[payer] += offer.cost_minor
    barred: set[UUID] = set()
    if member_id is not None and list_barred([member_id], campaigns):
        barred = {campaign for campaign in campaigns if list_barred([member_id], [campaign])}
    return Means(may_cost, payers, free, barred)
