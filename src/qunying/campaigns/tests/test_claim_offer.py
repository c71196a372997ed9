"""Claiming: the treated by their own link, all by an open post, the held-out never by a personal one."""

from datetime import timedelta

import pytest

from qunying.campaigns.actions.claim_offer import OfferEnded, OfferNotAvailable, claim_offer
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.models import Arm, Campaign
from qunying.campaigns.tests.make import (
    NOW,
    launch,
    make_approved,
    make_audience,
    make_community,
    make_message,
    run,
)
from qunying.kernel.actors import Forbidden, member_actor
from qunying.ledger.queries.get_budget import get_budget
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.barring import OfferBarred
from qunying.rewards.claiming import ClaimLimitReached
from qunying.rewards.tests.make import make_template as make_coupon_template

pytestmark = pytest.mark.django_db


def members_of(campaign: Campaign, arm: Arm) -> list[Member]:
    return list(Member.objects.filter(pk__in=campaign.assignments.filter(arm=arm).values("member_id")))


def running(size: int = 30) -> Campaign:
    campaign = make_approved([person.id for person in make_audience(size)], holdout_basis_points=5_000)
    launch(campaign)
    return campaign


def test_a_treated_member_claims_once_and_the_budget_holds_for_it() -> None:
    campaign = running()
    member = members_of(campaign, Arm.TREATMENT)[0]
    actor = member_actor(member.id, "campaigns.claim_offer")
    claimed = run(claim_offer, actor=actor, campaign_id=campaign.id, member_id=member.id)
    assert claimed.member_id == member.id
    assert get_budget(campaign.id).held == 1_000
    with pytest.raises(ClaimLimitReached):
        run(claim_offer, actor=actor, campaign_id=campaign.id, member_id=member.id)


def test_the_held_out_and_the_uninvited_get_the_same_neutral_answer() -> None:
    campaign = running()
    held_out, stranger = members_of(campaign, Arm.CONTROL)[0], make_audience(1)[0]
    texts = set()
    for member in (held_out, stranger):
        with pytest.raises(OfferNotAvailable) as refused:
            run(claim_offer, campaign_id=campaign.id, member_id=member.id)
        texts.add(str(refused.value))
        with pytest.raises(OfferNotAvailable):  # there is no open post to have come from
            run(claim_offer, campaign_id=campaign.id, member_id=member.id, by_post=True)
    assert len(texts) == 1
    assert get_budget(campaign.id).held == 0


def test_staff_and_keys_cannot_give_the_held_out_anything_either() -> None:
    campaign = running()
    held_out, treated = members_of(campaign, Arm.CONTROL), members_of(campaign, Arm.TREATMENT)
    assert campaign.offer_id is not None
    for paying in (campaign.id, None):
        with pytest.raises(OfferBarred):
            run(claim_coupon, template_id=campaign.offer_id, member_id=held_out[0].id, campaign_id=paying)
        with pytest.raises(OfferBarred):
            run(grant_coupons, template_id=campaign.offer_id, member_ids=[held_out[0].id], campaign_id=paying)
    everybody = [member.id for member in held_out + treated]
    granted = run(grant_coupons, template_id=campaign.offer_id, member_ids=everybody)
    assert (granted.granted, granted.barred) == (len(treated), len(held_out))
    run(close_campaign, campaign_id=campaign.id)
    later = make_coupon_template(campaign_id=campaign.id)
    with pytest.raises(OfferBarred):
        run(claim_coupon, now=NOW + timedelta(days=90), template_id=later, member_id=held_out[0].id)


def test_nobody_leaves_the_holdout_by_being_merged() -> None:
    campaign = running()
    held_out, treated = members_of(campaign, Arm.CONTROL)[0], members_of(campaign, Arm.TREATMENT)[0]
    run(merge_members, kept_id=treated.id, merged_id=held_out.id)
    with pytest.raises(OfferNotAvailable):
        run(claim_offer, campaign_id=campaign.id, member_id=treated.id)


def test_a_post_is_for_everybody_who_sees_it() -> None:
    communities = tuple(make_community([person.id for person in make_audience(3)]) for _ in range(4))
    campaign = make_approved(
        audience_kind="communities", community_ids=communities, post_template_id=make_message()
    )
    launch(campaign)
    for member in (members_of(campaign, Arm.CONTROL)[0], make_audience(1)[0]):
        run(claim_offer, campaign_id=campaign.id, member_id=member.id, by_post=True)
    assert get_budget(campaign.id).held == 2_000


def test_one_member_cannot_claim_for_another() -> None:
    campaign = running()
    mine, other = members_of(campaign, Arm.TREATMENT)[:2]
    with pytest.raises(Forbidden):
        run(
            claim_offer,
            actor=member_actor(mine.id, "campaigns.claim_offer"),
            campaign_id=campaign.id,
            member_id=other.id,
        )


def test_not_before_and_not_after() -> None:
    people = [person.id for person in make_audience(4)]
    campaign = make_approved(people)
    with pytest.raises(OfferEnded):
        run(claim_offer, campaign_id=campaign.id, member_id=people[0])
    launch(campaign)
    with pytest.raises(OfferEnded):
        run(claim_offer, now=NOW + timedelta(days=15), campaign_id=campaign.id, member_id=people[0])
    run(close_campaign, campaign_id=campaign.id)
    with pytest.raises(OfferEnded):
        run(claim_offer, campaign_id=campaign.id, member_id=people[0])
