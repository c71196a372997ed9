"""Closing: nothing more goes out, nothing more is claimed, the free budget goes back, what was promised
stays.
"""

from datetime import timedelta

import pytest

from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.models import Arm, State
from qunying.campaigns.tests.make import NOW, launch, make_approved, make_audience, run
from qunying.ledger.queries.get_budget import get_budget
from qunying.messages.models import Send, Suppression
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.queries.list_promotions import get_promotion
from qunying.rewards.tests.make import make_promotion
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def test_closing_stops_everything_but_what_was_promised() -> None:
    campaign = make_approved([person.id for person in make_audience(20)])
    launched = launch(campaign)
    member_id = campaign.assignments.filter(arm=Arm.TREATMENT).values_list("member_id", flat=True)[0]
    coupon_id = run(claim_offer, campaign_id=campaign.id, member_id=member_id).coupon_id
    later = NOW + timedelta(days=1)
    offer = make_promotion(campaign_id=campaign.id)
    closed = run(close_campaign, now=later, campaign_id=campaign.id)
    assert (closed.cancelled_sends, closed.returned_minor) == (launched.planned_messages, 99_000)
    assert not Send.objects.filter(state="planned").exists()
    assert get_template(campaign.offer_id).state == "closed"  # type: ignore[arg-type]
    assert get_promotion(offer).state == "closed"
    campaign.refresh_from_db()
    assert (campaign.state, campaign.closed_at) == (State.CLOSED, later)
    assert Event.objects.get(name="campaign_closed").properties == {"reason": "stopped"}
    run(reserve_coupon, now=later, coupon_id=coupon_id, order_number="A1", total_minor=5_000)
    run(redeem_coupon, now=later, coupon_id=coupon_id, order_number="A1")
    budget = get_budget(campaign.id)
    assert (budget.held, budget.spent, budget.free) == (0, 1_000, 0)
    assert Suppression.objects.filter(lifted_at=None).count() == launched.control  # still measured
    with pytest.raises(WrongState):
        run(close_campaign, campaign_id=campaign.id)


def test_without_offer_and_budget_there_is_nothing_to_give_back() -> None:
    campaign = make_approved([person.id for person in make_audience(2)], with_offer=False)
    launch(campaign)
    closed = run(close_campaign, now=NOW + timedelta(days=20), campaign_id=campaign.id)
    assert closed.returned_minor == 0
    assert Event.objects.get(name="campaign_closed").properties == {"reason": "ended"}
