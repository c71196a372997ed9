"""How often an automatic offer may be used, and what it may cost: counted from the orders that use it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.rewards.models import OrderOffer, OrderPrice, Promotion
from qunying.rewards.pricing.cart_terms import need

MOST_USES = 10**9
MOST_COST = 10**13


class OfferUsedUp(Problem):
    """Somebody else has taken what was left of the offer since the price was shown."""

    code = "offer_used_up"
    kind = Kind.CONFLICT
    message = _("“{offer}” is used up by now. Ask for the price again.")


@dataclass(frozen=True, kw_only=True)
class OfferLimits:
    """Orders in all and per member, and the cost in minor units; None is no limit. Counted for each version by itself."""

    uses: int | None = None
    per_member: int | None = None
    cost_minor: int | None = None


@dataclass(frozen=True)
class OfferUse:
    """In how many orders an offer is used, paid or reserved at present, and what it costs there less what came back."""

    uses: int = 0
    cost_minor: int = 0


def check_limits(limits: OfferLimits) -> dict[str, int]:
    """Return limits as they are stored; those that are none are left out.

    Raises:
        TermsWrong: a limit is below 1, or beyond all reason.
    """
    for name, most in (("uses", MOST_USES), ("per_member", MOST_USES), ("cost_minor", MOST_COST)):
        value = getattr(limits, name)
        need(value is None or 1 <= value <= most, name, f"1 – {most:,}")
    return {name: value for name, value in asdict(limits).items() if value is not None}


def limits_of(promotion: Promotion) -> OfferLimits:
    """Return the limits of an offer."""
    return OfferLimits(**promotion.terms.get("limits", {}))


def count_uses(
    promotion_ids: Collection[UUID],
    now: datetime,
    *,
    member_id: UUID | None = None,
    without_order: str | None = None,
) -> dict[UUID, OfferUse]:
    """Return how much of offers is used: by everybody or by one member, perhaps without one order."""
    states = OrderPrice.State
    counted = Q(order_price__state=states.REDEEMED) | Q(
        order_price__state=states.RESERVED, order_price__reserved_until__gt=now
    )
    found = OrderOffer.objects.filter(counted, promotion_id__in=promotion_ids)
    if member_id is not None:
        found = found.filter(order_price__member_id__in=list_own_ids(member_id))
    if without_order is not None:
        found = found.exclude(order_price__order_number=without_order)
    cost: Any = (
        F("off_minor") + F("off_shipping_minor") + F("gift_quantity") * F("gift_worth_minor")
        - F("given_back_minor")
    )  # fmt: skip
    rows = found.values("promotion_id").annotate(uses=Count("id"), cost=Sum(cost))
    return {row["promotion_id"]: OfferUse(row["uses"], row["cost"]) for row in rows.order_by()}


def left_of(
    promotions: Sequence[Promotion], now: datetime, member_id: UUID | None, order_number: str | None
) -> dict[UUID, int | None]:
    """Return the offers that may still be used once, each with what it may still cost (None: anything).

    An offer with a limit per member is for members only.
    """
    limited = {one.id: limits_of(one) for one in promotions if one.terms.get("limits")}
    all_uses = count_uses(limited, now, without_order=order_number) if limited else {}
    own_uses: dict[UUID, OfferUse] = {}
    if member_id is not None and any(limits.per_member for limits in limited.values()):
        own_uses = count_uses(limited, now, member_id=member_id, without_order=order_number)
    left: dict[UUID, int | None] = {}
    for one in promotions:
        limits, used = limited.get(one.id, OfferLimits()), all_uses.get(one.id, OfferUse())
        own = own_uses.get(one.id, OfferUse()).uses
        gone = (
            (limits.uses is not None and used.uses >= limits.uses)
            or (limits.per_member is not None and (member_id is None or own >= limits.per_member))
            or (limits.cost_minor is not None and used.cost_minor >= limits.cost_minor)
        )
        if not gone:
            left[one.id] = None if limits.cost_minor is None else limits.cost_minor - used.cost_minor
    return left


def take_uses(costs: dict[UUID, int], now: datetime, member_id: UUID | None, order_number: str) -> None:
    """Make sure that an order may use offers at these costs: their rows are held until the transaction ends, so that orders
    follow each other.

    Raises:
        OfferUsedUp: one of them may not be used any more, or may not cost so much.
    """
    rows = Promotion.objects.filter(pk__in=costs, terms__has_key="limits").order_by("id")
    unguarded = disabled_guard("rewards.offer_limits")
    limited = list(rows if unguarded else rows.select_for_update(no_key=True))
    left = left_of(limited, now, member_id, order_number)
    if unguarded:
        failpoint("rewards.offer_limits_checked")
    for one in limited:
        may_cost = left.get(one.id, -1)
        if may_cost is not None and may_cost < costs[one.id]:
            raise OfferUsedUp(offer=one.name)
