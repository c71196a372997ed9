"""Coupon templates and coupons for tests, made through the actions that everybody uses."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.create_promotion import create_promotion
from qunying.rewards.actions.create_template import create_template
from qunying.rewards.actions.open_promotion import open_promotion
from qunying.rewards.actions.open_template import open_template
from qunying.rewards.claiming import Claimed
from qunying.rewards.pricing.cart_terms import CartTerms
from qunying.rewards.pricing.limits import OfferLimits
from qunying.rewards.pricing.promotion_terms import NO_LIMITS, PROMOTION_TERMS, Promise, PromotionWording
from qunying.rewards.wording import Wording

TEN_OFF = Wording(
    name="Ten off", kind="amount_off", amount_minor=1_000, currency="CNY", total=100, valid_days=7
)
TWENTY_PERCENT = Wording(
    name="Twenty percent off",
    kind="percent_off",
    percent_basis_points=2_000,
    cap_minor=5_000,
    threshold_minor=10_000,
    currency="CNY",
    total=100,
    valid_days=7,
)


def make_template(
    wording: Wording = TEN_OFF, *, now: datetime = NOW, opened: bool = True, **changes: Any
) -> UUID:
    """Return the id of a new template, open unless told otherwise."""
    template_id: UUID = run(create_template, now=now, wording=replace(wording, **changes))
    if opened:
        run(open_template, now=now, template_id=template_id)
    return template_id


def make_budget(amount_minor: int, *, currency: str = "CNY", now: datetime = NOW) -> UUID:
    """Return the id of a campaign that has a budget."""
    campaign_id = uuid4()
    run(open_budget, now=now, campaign_id=campaign_id, currency=currency, amount_minor=amount_minor)
    return campaign_id


def make_coupon(
    template_id: UUID | None = None,
    *,
    member_id: UUID | None = None,
    campaign_id: UUID | None = None,
    now: datetime = NOW,
) -> Claimed:
    """Return a claimed coupon."""
    claimed: Claimed = run(
        claim_coupon,
        now=now,
        template_id=template_id or make_template(now=now),
        member_id=member_id or make_member(now=now).id,
        campaign_id=campaign_id,
    )
    return claimed


def make_promotion(
    kind: str = "amount_off",
    *,
    now: datetime = NOW,
    opened: bool = True,
    cart: CartTerms = PROMOTION_TERMS,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    limits: OfferLimits = NO_LIMITS,
    campaign_id: UUID | None = None,
    **numbers: Any,
) -> UUID:
    """Return the id of a new automatic offer, 5.00 off everything unless told otherwise."""
    promise = Promise(**(numbers or {"amount_minor": 500}))
    wording = PromotionWording(
        name=f"Offer {kind}",
        kind=kind,
        currency="CNY",
        promise=promise,
        cart=cart,
        starts_at=starts_at,
        ends_at=ends_at,
        limits=limits,
        campaign_id=campaign_id,
    )
    promotion_id: UUID = run(create_promotion, now=now, wording=wording)
    if opened:
        run(open_promotion, now=now, promotion_id=promotion_id)
    return promotion_id
