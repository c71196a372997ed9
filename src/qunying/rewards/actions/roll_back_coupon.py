"""Undo the use of a coupon."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import Purpose, of_brand, of_campaign
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.post import post
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.balances import BudgetExhausted
from qunying.ledger.entries import Entry, Line
from qunying.rewards.coupons import (
    asset_of,
    available_of,
    event_of,
    lock_coupon,
    redeemed_of,
    refuse_state,
    spent_of,
)
from qunying.rewards.events import COUPON_ROLLED_BACK
from qunying.rewards.models import Coupon
from qunying.rewards.queries.list_coupons import sum_given_back
from qunying.rewards.terms import largest_discount
from qunying.stream.record import record


@dataclass(frozen=True)
class RolledBack:
    """What the coupon is now: ready to use again, or ended."""

    coupon_id: UUID
    state: str
    discount_minor: int


@action
def roll_back_coupon(
    *, command_id: str, actor: Actor, now: datetime, coupon_id: UUID, reason: str
) -> RolledBack:
    """Undo a redemption because its order was cancelled or returned: the budget gets back what of the discount it has not yet.

    The member may use the coupon again when its time is not over and the budget can hold for it once more;
    else it has ended.

    Raises:
        UnknownCoupon: there is no such coupon.
        CouponNotUsable: it was not used.
    """
    coupon = lock_coupon(coupon_id)
    if coupon.state != Coupon.State.REDEEMED or coupon.redeemed_by is None:
        raise refuse_state(coupon)
    given_back_minor = sum_given_back(Q(pk=coupon.pk))  # with parts of its order
    if given_back_minor and coupon.campaign_id is not None:
        entry = _undo_rest(coupon, coupon.campaign_id, given_back_minor, reason)
        post(command_id=command_id, actor=actor, now=now, entry=entry)
    else:
        reverse_transaction(
            command_id=command_id, actor=actor, now=now, transaction_id=coupon.redeemed_by, reason=reason
        )
    discount, order_number = coupon.discount_minor or 0, coupon.order_number or ""
    if coupon.valid_until > now and _hold_again(command_id, actor, now, coupon):
        coupon.state = Coupon.State.CLAIMED
        coupon.order_number = coupon.order_total_minor = coupon.discount_minor = None
    else:
        _end(command_id, actor, now, coupon)
    coupon.redeemed_at = coupon.redeemed_by = None
    event = event_of(
        coupon,
        COUPON_ROLLED_BACK,
        now,
        amount_minor=given_back_minor - discount,
        order_number=order_number,
        reason=reason,
        state=coupon.state,
    )
    coupon.order_id = None
    coupon.save()
    record(event)
    return RolledBack(coupon.id, coupon.state, discount)


def _undo_rest(coupon: Coupon, campaign_id: UUID, given_back_minor: int, reason: str) -> Entry:
    """Return the entry that brings the unit back, and what of the discount has not come back yet."""
    rest = (coupon.discount_minor or 0) - given_back_minor
    lines = [Line(redeemed_of(coupon), -1), Line(available_of(coupon), 1)]
    if rest:
        budget = of_campaign(campaign_id, coupon.template.currency)
        lines += [Line(spent_of(coupon), -rest), Line(budget, rest)]
    return Entry(
        kind="coupon_rolled_back",
        part=str(coupon.id),
        lines=tuple(lines),
        reason=reason,
        campaign_id=campaign_id,
    )


def _hold_again(command_id: str, actor: Actor, now: datetime, coupon: Coupon) -> bool:
    if coupon.campaign_id is None:
        return True
    budget = of_campaign(coupon.campaign_id, coupon.template.currency)
    largest = largest_discount(coupon.template)
    if largest is None:
        raise ValueError("a coupon with a budget has a largest discount")
    try:
        coupon.budget_hold_id = place_hold(
            command_id=command_id,
            actor=actor,
            now=now,
            account=budget,
            amount=largest,
            campaign_id=coupon.campaign_id,
        )
    except BudgetExhausted:
        return False
    return True


def _end(command_id: str, actor: Actor, now: datetime, coupon: Coupon) -> None:
    lines = (Line(available_of(coupon), -1), Line(of_brand(asset_of(coupon), Purpose.BREAKAGE), 1))
    entry = Entry(kind="coupon_ended", part=str(coupon.id), lines=lines, campaign_id=coupon.campaign_id)
    post(command_id=command_id, actor=actor, now=now, entry=entry)
    coupon.state = Coupon.State.ROLLED_BACK
    coupon.ended_at = now
