"""What automatic offers of an order take of campaigns' budgets: held, spent, let go; what comes back is in ``refunding``."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.accounts import AccountRef, Purpose, of_campaign
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.balances import BudgetExhausted
from qunying.ledger.entries import Entry, Line, NewHold, Release, Settlement
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import OrderOffer, OrderPrice
from qunying.rewards.pricing.limits import OfferUsedUp


def hold_budgets(offers: Sequence[OrderOffer], *, command_id: str, actor: Actor, now: datetime) -> None:
    """Hold what offers cost on the budgets of their campaigns.

    Raises:
        OfferUsedUp: a budget does not hold so much any more.
    """
    kept = []
    prefetch_related_objects(list(offers), "promotion")
    for offer in offers:
        budget = payer_of(offer, Purpose.BUDGET)
        if budget is None:
            continue
        hold = NewHold(new_id(), budget, offer.cost_minor, now + RESERVATION)
        entry = Entry(kind="offer_reserved", part=str(hold.id), holds=(hold,), campaign_id=budget.owner_id)
        _post(offer, [entry], command_id=command_id, actor=actor, now=now)
        offer.budget_hold_id = hold.id
        kept.append(offer)
    OrderOffer.objects.bulk_update(kept, ["budget_hold_id"])


def let_budgets_go(order: OrderPrice, now: datetime) -> list[Entry]:
    """Forget what an order holds on budgets and return the entries that free it; the caller posts them."""
    is_late = order.reserved_until is not None and order.reserved_until <= now
    held = order.offers.filter(budget_hold_id__isnull=False)
    entries = [
        Entry(
            kind="offer_released",
            part=str(hold_id),
            releases=(Release(hold_id, "expired" if is_late else "voided"),),
            campaign_id=campaign_id,
        )
        for hold_id, campaign_id in held.values_list("budget_hold_id", "promotion__campaign_id")
        if hold_id is not None
    ]
    held.update(budget_hold_id=None)
    return entries


def spend_budget(
    order: OrderPrice, offer: OrderOffer, *, command_id: str, actor: Actor, now: datetime
) -> None:
    """Let the campaign's budget pay for an offer of an order that is paid; when it comes late, out of what is free by now.

    Raises:
        OfferUsedUp: it comes late, and too little is free.
    """
    budget, spent = payer_of(offer, Purpose.BUDGET), payer_of(offer, Purpose.BUDGET_SPENT)
    if budget is None or spent is None:
        return
    lines: tuple[Line, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    releases: tuple[Release, ...] = ()
    is_kept = order.reserved_until is not None and order.reserved_until > now
    if offer.budget_hold_id is not None and is_kept:
        settlements = (Settlement(offer.budget_hold_id, offer.cost_minor, spent),)
    else:
        lines = (Line(budget, -offer.cost_minor), Line(spent, offer.cost_minor))
        if offer.budget_hold_id is not None:
            releases = (Release(offer.budget_hold_id, "expired"),)
    entry = Entry(
        kind="reward_offer_used",
        part=str(offer.pk),
        lines=lines,
        settlements=settlements,
        releases=releases,
        campaign_id=budget.owner_id,
    )
    _post(offer, [entry], command_id=command_id, actor=actor, now=now)
    offer.budget_hold_id = None
    offer.save(update_fields=["budget_hold_id"])


def payer_of(offer: OrderOffer, purpose: Purpose) -> AccountRef | None:
    """Return the account of the campaign that pays for an automatic offer; None when none does."""
    promotion = offer.promotion
    if promotion is None or promotion.campaign_id is None:
        return None
    return of_campaign(promotion.campaign_id, promotion.currency, purpose)


def _post(offer: OrderOffer, entries: list[Entry], *, command_id: str, actor: Actor, now: datetime) -> None:
    try:
        post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    except BudgetExhausted as problem:
        name = offer.promotion.name if offer.promotion is not None else offer.key
        raise OfferUsedUp(offer=name) from problem
