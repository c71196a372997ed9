"""From draft to approval: what must be ready, and who may say yes."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.accounts.actions.change_brand import change_brand
from qunying.accounts.actions.create_key import make_key
from qunying.accounts.queries.authenticate_key import find_key_actor
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.campaigns.actions.approve_campaign import approve_campaign
from qunying.campaigns.actions.cancel_campaign import cancel_campaign
from qunying.campaigns.actions.change_plan import change_plan
from qunying.campaigns.actions.confirm_audience import CountDiffers, confirm_audience
from qunying.campaigns.actions.reject_campaign import reject_campaign
from qunying.campaigns.actions.submit_campaign import submit_campaign
from qunying.campaigns.actions.withdraw_campaign import withdraw_campaign
from qunying.campaigns.approval import SecondPersonNeeded
from qunying.campaigns.drafting import PlanChangedMeanwhile, WrongState
from qunying.campaigns.models import Campaign, Decision, State
from qunying.campaigns.obstacles import (
    AudienceNotConfirmed,
    CampaignIsOver,
    OfferInOtherMoney,
    OfferNeedsBudget,
    OfferTaken,
    OfferTooEarly,
    ReachesNobody,
)
from qunying.campaigns.tests.make import (
    APPROVER,
    AUTHOR,
    NOW,
    TODAY,
    make_audience,
    make_campaign,
    make_message,
    make_offer,
    make_plan,
    make_segment,
    run,
)
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.messages.actions.withdraw_template import withdraw_template
from qunying.messages.queries.get_template import TemplateWithdrawn
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db


def ready(actor: Actor = AUTHOR, **changes: Any) -> Campaign:
    changes.setdefault("message_template_id", make_message())
    campaign = make_campaign(actor=actor, segment_id=make_segment([make_audience(1)[0].id]), **changes)
    run(confirm_audience, campaign_id=campaign.id, count=1)
    return campaign


def test_the_count_must_be_the_right_one() -> None:
    campaign = make_campaign(segment_id=make_segment([person.id for person in make_audience(3)]))
    with pytest.raises(CountDiffers) as refused:
        run(confirm_audience, campaign_id=campaign.id, count=4)
    assert refused.value.fields["actual"] == 3
    run(confirm_audience, campaign_id=campaign.id, count=3)
    campaign.refresh_from_db()
    assert (campaign.confirmed_count, campaign.confirmed_by, campaign.confirmed_at) == (3, AUTHOR.key, NOW)


def test_a_plan_that_is_not_ready_cannot_be_handed_in() -> None:
    bare = make_campaign(message_template_id=make_message())
    with pytest.raises(AudienceNotConfirmed):
        run(submit_campaign, campaign_id=bare.id)
    cases: list[tuple[dict[str, Any], type[Problem]]] = [
        ({"message_template_id": None}, ReachesNobody),
        ({"offer_id": make_offer()}, OfferNeedsBudget),
        ({"offer_id": make_offer(), "budget_minor": 999}, OfferNeedsBudget),
        ({"offer_id": make_template(), "budget_minor": 9_999}, OfferTaken),
        ({"offer_id": make_offer(currency="EUR"), "budget_minor": 9_999}, OfferInOtherMoney),
        (
            {"offer_id": make_offer(claim_until=TODAY - timedelta(days=1)), "budget_minor": 9_999},
            OfferTooEarly,
        ),
    ]
    for changes, problem in cases:
        with pytest.raises(problem):
            run(submit_campaign, campaign_id=ready(**changes).id)
    with pytest.raises(CampaignIsOver):
        run(submit_campaign, campaign_id=ready().id, now=NOW + timedelta(days=30))
    message_id = make_message()
    run(withdraw_template, template_id=message_id)
    with pytest.raises(TemplateWithdrawn):
        run(submit_campaign, campaign_id=ready(message_template_id=message_id).id)


def test_up_to_the_limit_the_author_may_approve() -> None:
    campaign = ready(budget_minor=100_000)
    assert not run(submit_campaign, campaign_id=campaign.id).needs_second_person
    run(approve_campaign, campaign_id=campaign.id, remark="Go")
    assert Campaign.objects.get().state == State.APPROVED
    decided = [(row.kind, row.by, row.at, row.reason) for row in Decision.objects.order_by("id")]
    assert decided == [("submitted", AUTHOR.key, NOW, ""), ("approved", AUTHOR.key, NOW, "Go")]


def test_above_the_limit_nobody_who_worked_on_it_may_approve() -> None:
    campaign = ready(budget_minor=100_001)
    assert run(submit_campaign, campaign_id=campaign.id, actor=APPROVER).needs_second_person
    for actor in (AUTHOR, APPROVER):
        with pytest.raises(SecondPersonNeeded):
            run(approve_campaign, campaign_id=campaign.id, actor=actor)
    assert Campaign.objects.get().state == State.SUBMITTED
    run(approve_campaign, campaign_id=campaign.id, actor=make_staff().actor)
    assert Campaign.objects.get().state == State.APPROVED


def test_nobody_approves_or_overwrites_a_plan_that_they_have_not_seen() -> None:
    """Taken back, made larger and handed in again while the approver reads; changed by two people at once."""
    message = make_message()
    campaign, later = (
        ready(budget_minor=1_000, message_template_id=message),
        NOW + timedelta(minutes=1),
    )
    same: dict[str, Any] = {"segment_id": campaign.segment_id, "message_template_id": message}
    words: dict[str, Any] = {"campaign_id": campaign.id, "now": later}
    seen = campaign.changed_at
    page, command = make_browser(), {"seen": seen.isoformat()}
    run(change_plan, plan=make_plan(**same, budget_minor=90_000), seen=seen, **words)
    with pytest.raises(PlanChangedMeanwhile):
        run(change_plan, plan=make_plan(**same), seen=seen, **words)
    run(submit_campaign, **words)
    page.post(f"/console/campaigns/{campaign.id}/approve/", {**command, "remark": "small enough"})
    assert Campaign.objects.get().state == State.SUBMITTED
    run(approve_campaign, seen=later, **words)
    assert Campaign.objects.get().budget_minor == 90_000


def test_who_worked_on_it_in_between_may_not_approve_either() -> None:
    """Somebody else has changed it last, or handed it in again: that does not make them a second person."""
    helper, messenger = make_staff().actor, make_staff().actor
    campaign = ready(budget_minor=100_001)
    same: dict[str, Any] = {
        "segment_id": campaign.segment_id,
        "message_template_id": campaign.message_template_id,
    }
    run(change_plan, campaign_id=campaign.id, actor=helper, plan=make_plan(**same, budget_minor=500_000))
    run(change_plan, campaign_id=campaign.id, plan=make_plan(**same, budget_minor=500_000, theme="Spring"))
    run(submit_campaign, campaign_id=campaign.id, actor=messenger)
    run(withdraw_campaign, campaign_id=campaign.id)
    run(submit_campaign, campaign_id=campaign.id)
    for actor in (helper, messenger):
        with pytest.raises(SecondPersonNeeded):
            run(approve_campaign, campaign_id=campaign.id, actor=actor)
    run(approve_campaign, campaign_id=campaign.id, actor=make_staff().actor)


def test_a_program_of_the_author_is_the_author() -> None:
    author = make_staff()
    _made, secret = make_key(
        command_id=str(new_id()), actor=author.actor, now=NOW, name="mine", scopes=["campaigns.*"]
    )
    program = find_key_actor(secret)
    assert program is not None
    campaign = ready(actor=author.actor, budget_minor=100_001)
    run(submit_campaign, campaign_id=campaign.id)
    with pytest.raises(SecondPersonNeeded):
        run(approve_campaign, campaign_id=campaign.id, actor=program)


def test_the_limit_is_the_brands() -> None:
    run(change_brand, approval_limit_minor=5)
    campaign = ready(budget_minor=6)
    run(submit_campaign, campaign_id=campaign.id)
    with pytest.raises(SecondPersonNeeded):
        run(approve_campaign, campaign_id=campaign.id)


def test_rejected_withdrawn_cancelled() -> None:
    campaign = ready()
    run(submit_campaign, campaign_id=campaign.id)
    run(reject_campaign, campaign_id=campaign.id, reason="Too dear")
    assert Campaign.objects.get().state == State.DRAFT
    run(submit_campaign, campaign_id=campaign.id)
    run(approve_campaign, campaign_id=campaign.id)
    run(withdraw_campaign, campaign_id=campaign.id)
    with pytest.raises(WrongState):
        run(approve_campaign, campaign_id=campaign.id)
    run(cancel_campaign, campaign_id=campaign.id, reason="Another season")
    with pytest.raises(WrongState):
        run(submit_campaign, campaign_id=campaign.id)
    kinds = list(Decision.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["submitted", "rejected", "submitted", "approved", "withdrawn", "cancelled"]
