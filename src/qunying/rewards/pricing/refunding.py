"""What goes back to budgets and members when parts of an order come back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.engines.coupon_value import refund_value
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.ledger.accounts import AccountRef, Purpose, of_campaign
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line
from qunying.rewards.actions.roll_back_coupon import roll_back_coupon
from qunying.rewards.coupons import event_of, lock_coupon, spent_of
from qunying.rewards.events import COUPON_PARTLY_RETURNED
from qunying.rewards.models import Coupon, OrderOffer, OrderPrice
from qunying.rewards.pricing.order_budgets import payer_of
from qunying.rewards.pricing.orders import offer_event
from qunying.stream.record import record


@dataclass(frozen=True)
class Returning:
    """Units of a line that come back: of how many, after how many, and what each offer took off the line."""

    quantity: int
    before: int
    now: int
    off_by: Mapping[str, int]


def give_back(
    order: OrderPrice,
    returning: Sequence[Returning],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    reason: str,
    with_shipping: bool,
    gifts: Collection[str],
    is_whole: bool,
) -> list[UUID]:
    """Give each offer's share of the discount, and the worth of gifts that come back, back and return the coupons that
    members may use again.

    A coupon comes back with the last unit, when its template says so and all that it brought has come back. What
    has been given back to its budget before is not given back twice.
    """
    coupons = []
    for offer in order.offers.select_related("promotion").order_by("coupon_id", "promotion_id"):
        share = _share(offer, returning, with_shipping=with_shipping)
        if offer.key in gifts:
            share, offer.gift_returned = share + offer.gift_minor, True
        offer.given_back_minor += share
        if offer.promotion is not None and share:
            record(offer_event(order, offer.promotion, now, amount_minor=-share))
            budget, spent = payer_of(offer, Purpose.BUDGET), payer_of(offer, Purpose.BUDGET_SPENT)
            if budget is not None and spent is not None:
                entry = _entry(offer, spent, budget, share, reason)
                post(command_id=command_id, actor=actor, now=now, entry=entry)
        if offer.coupon_id is not None and _returns_coupon(
            order,
            offer,
            offer.coupon_id,
            share,
            Act(command_id=command_id, actor=actor, now=now),
            reason=reason,
            is_whole=is_whole,
        ):
            coupons.append(offer.coupon_id)
        offer.save(update_fields=["given_back_minor", "gift_returned"])
    return coupons


def _returns_coupon(
    order: OrderPrice,
    offer: OrderOffer,
    coupon_id: UUID,
    share: int,
    act: Act,
    *,
    reason: str,
    is_whole: bool,
) -> bool:
    """Give the share of a coupon's discount back, or all that is left of it with the coupon; tell whether the member has it again.

    A coupon that was rolled back by itself has nothing to do with the order any more, whatever it is used for since.
    """
    coupon = lock_coupon(coupon_id)
    if coupon.state != Coupon.State.REDEEMED or coupon.order_number != order.order_number:
        return False
    if is_whole and offer.given_back_minor == offer.cost_minor and coupon.template.returns:
        back = roll_back_coupon(**act, coupon_id=coupon.id, reason=reason)
        return back.state == Coupon.State.CLAIMED
    if share:
        told = {"order_number": order.order_number, "reason": reason}
        record(event_of(coupon, COUPON_PARTLY_RETURNED, act["now"], amount_minor=-share, **told))
        if coupon.campaign_id is not None:
            budget = of_campaign(coupon.campaign_id, coupon.template.currency)
            post(**act, entry=_entry(offer, spent_of(coupon), budget, share, reason))
    return False


def _share(offer: OrderOffer, returning: Sequence[Returning], *, with_shipping: bool) -> int:
    share = sum(
        refund_value(line.off_by[offer.key], line.quantity, line.before, line.now)
        for line in returning
        if offer.key in line.off_by
    )
    return share + (offer.off_shipping_minor if with_shipping else 0)


def _entry(offer: OrderOffer, spent: AccountRef, budget: AccountRef, share: int, reason: str) -> Entry:
    return Entry(
        kind="discount_given_back",
        part=f"{offer.pk}:{offer.given_back_minor}",
        lines=(Line(spent, -share), Line(budget, share)),
        reason=reason,
        campaign_id=budget.owner_id,
    )
