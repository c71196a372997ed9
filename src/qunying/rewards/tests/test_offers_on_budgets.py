"""Automatic offers that a campaign pays for: held, spent, given back; nothing beyond the budget, nothing for the held-out."""

from typing import Any
from uuid import uuid4

import pytest

from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.actions.lapse_orders import lapse_orders
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.pricing.cart_terms import CartTerms
from qunying.rewards.pricing.limits import OfferUsedUp
from qunying.rewards.pricing.orders import QuoteChanged
from qunying.rewards.pricing.promotions import CampaignHasNoBudget
from qunying.rewards.tests.make import make_budget, make_promotion
from qunying.rewards.tests.test_paying_with_points import LATE, quote, refund, reserve
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
TENTH: dict[str, Any] = {"kind": "percent_off", "basis_points": 1_000}  # 14.00 of the cart


def stands(campaign):
    budget = get_budget(campaign)
    return budget.held, budget.spent, budget.free


def test_a_budget_pays_for_offers_and_no_more_than_it_has():
    campaign = make_budget(3_000)
    make_promotion(**TENTH, campaign_id=campaign)
    ann, bob, eve, tom = (make_member().id for _ in range(4))
    run(bar_members, campaign_id=campaign, member_ids=[eve], reason="holdout")
    assert [one.reason for one in quote(eve, None).unused] == ["not_for_member"]
    shown = quote(tom, None)
    assert shown.total_minor == 13_500
    reserve("A", ann, None)
    assert reserve("A", ann, None).total_minor == 13_500  # again: what it holds is its own
    reserve("B", bob, None)
    assert stands(campaign) == (2_800, 0, 200)
    assert [(one.reason, one.missing_minor) for one in quote(tom, None).unused] == [("no_budget", 0)]
    with pytest.raises(QuoteChanged):
        reserve("C", tom, None, quote_hash=shown.quote_hash)
    run(redeem_order, order_number="A")
    assert stands(campaign) == (1_400, 1_400, 200)
    run(release_order, order_number="B")
    assert stands(campaign) == (0, 1_400, 1_600)
    refund("A", ("a", 3))
    assert stands(campaign) == (0, 400, 2_600)
    told = Event.objects.filter(name__startswith="reward_offer_", campaign_id=campaign)
    assert sum(event.amount_minor or 0 for event in told) == 400

    reserve("B", bob, None)
    assert run(lapse_orders, now=LATE) == 1
    assert stands(campaign) == (0, 400, 2_600)
    reserve("C", tom, None, now=LATE)
    with pytest.raises(OfferUsedUp):
        run(redeem_order, now=LATE, order_number="B")  # too late: 12.00 are free
    run(release_order, now=LATE, order_number="C")
    run(redeem_order, now=LATE, order_number="B")
    assert stands(campaign) == (0, 1_800, 1_200)
    assert audit() == []


def test_of_two_offers_on_one_budget_the_cheaper_one_stays():
    campaign = make_budget(1_500)
    make_promotion(**TENTH, campaign_id=campaign)
    make_promotion("free_shipping", cap_minor=900, cart=CartTerms(stage=9), campaign_id=campaign)
    ann = make_member().id
    assert [one.off_shipping_minor for one in quote(ann, None).used] == [900]
    with pytest.raises(CampaignHasNoBudget):
        make_promotion(**TENTH, campaign_id=uuid4(), now=NOW)
