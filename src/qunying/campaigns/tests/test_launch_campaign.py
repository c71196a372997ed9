"""Launching: the audience is frozen, the arms are written once, the holdout gets nothing."""

import time
from datetime import timedelta

import pytest

from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.actions.launch_campaign import AudienceChanged, TooEarly, launch_campaign
from qunying.campaigns.arms import place
from qunying.campaigns.audience import AudienceEmpty, audience_of
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.models import Arm, Campaign, CampaignAssignment, MeasuredBy, State
from qunying.campaigns.tests.make import (
    AUTHOR,
    NOW,
    TODAY,
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_community,
    make_many,
    make_message,
    run,
)
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.ledger.queries.get_budget import get_budget
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.messages.models import Send, Suppression
from qunying.messages.tests.make import dispatch
from qunying.rewards.queries.get_template import get_template
from qunying.segments.actions.set_static_members import set_static_members
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def test_launching_freezes_assigns_and_starts_everything() -> None:
    members = [person.id for person in make_audience(60)]
    campaign = make_approved(members, holdout_basis_points=5_000)
    launched = launch(campaign)
    assert (launched.audience, launched.treatment + launched.control) == (60, 60)
    arms = dict(CampaignAssignment.objects.values_list("member_id", "arm"))
    assert set(arms) == set(members)
    held_out = {member_id for member_id, arm in arms.items() if arm == Arm.CONTROL}
    assert len(held_out) == launched.control > 0
    assert arms == {key: arm.value for key, arm in place(campaign, members, {}).arms.items()}
    told = Event.objects.filter(name="campaign_assigned").values_list(
        "member_id", "properties__arm", "campaign_id"
    )
    assert {(member_id, arm) for member_id, arm, _id in told} == set(arms.items())
    assert {campaign_id for *_rest, campaign_id in told} == {campaign.id}
    assert get_budget(campaign.id).free == 100_000
    offer = get_template(campaign.offer_id)  # type: ignore[arg-type]
    assert (offer.state, offer.audience, offer.campaign_id) == ("open", "targeted", campaign.id)
    suppressed = Suppression.objects.filter(scope=f"campaign:{campaign.id}", cause="holdout")
    assert set(suppressed.values_list("member_id", flat=True)) == held_out
    assert (campaign.state, campaign.launched_at, campaign.measured_by) == (State.RUNNING, NOW, "members")
    assert (campaign.treatment_count, campaign.control_count) == (launched.treatment, launched.control)


def test_the_held_out_get_no_message_and_a_row_that_says_why() -> None:
    members = [person.id for person in make_audience(40)]
    campaign = make_approved(members, holdout_basis_points=5_000)
    launched = launch(campaign)
    dispatch(at=NOW)
    arms = dict(CampaignAssignment.objects.values_list("member_id", "arm"))
    for send in Send.objects.filter(campaign_id=campaign.id):
        assert send.member_id is not None
        expected = ("dropped", "held_out") if arms[send.member_id] == Arm.CONTROL else ("sent", "")
        assert (send.state, send.reason) == expected
    assert Send.objects.filter(state="sent").count() == launched.treatment == launched.planned_messages


def test_staff_accounts_are_left_out_and_merged_people_count_once() -> None:
    people = make_audience(6)
    Member.objects.filter(pk=people[0].pk).update(is_staff=True)
    campaign = make_approved([person.id for person in people])
    run(merge_members, kept_id=people[1].id, merged_id=people[2].id)
    run(confirm_audience, campaign_id=campaign.id, count=4)
    launch(campaign)
    assigned = set(CampaignAssignment.objects.values_list("member_id", flat=True))
    assert assigned == {person.id for person in (people[1], *people[3:])}


def test_the_same_command_launches_once_and_another_is_refused() -> None:
    campaign = make_approved([person.id for person in make_audience(5)])
    command = {"command_id": str(new_id()), "actor": AUTHOR, "now": NOW, "campaign_id": campaign.id}
    first = launch_campaign(**command)  # type: ignore[arg-type]
    assert launch_campaign(**command) == first  # type: ignore[arg-type]
    with pytest.raises(WrongState):
        run(launch_campaign, campaign_id=campaign.id)
    assert CampaignAssignment.objects.count() == 5
    assert Event.objects.filter(name="campaign_launched").count() == 1


def test_an_audience_that_changed_is_asked_about_again() -> None:
    people = [str(person.id) for person in make_audience(43)]
    campaign = make_approved(people[:40])  # type: ignore[arg-type]
    segment_id = campaign.segment_id
    run(set_static_members, segment_id=segment_id, entries=people)
    with pytest.raises(AudienceChanged) as asked:
        launch(campaign)
    assert asked.value.fields == {"confirmed": 40, "actual": 43}
    assert not CampaignAssignment.objects.exists()
    assert Campaign.objects.get(pk=campaign.id).state == State.APPROVED
    run(set_static_members, segment_id=segment_id, entries=people[:42])  # 5 % more is within the bounds
    assert launch(campaign).audience == 42


def test_not_before_the_first_day_not_unapproved_not_for_nobody() -> None:
    tomorrow = make_approved([make_audience(1)[0].id], starts_on=TODAY + timedelta(days=1))
    with pytest.raises(TooEarly):
        launch(tomorrow)
    with pytest.raises(AudienceEmpty):
        make_approved([])
    Campaign.objects.filter(pk=tomorrow.pk).update(state=State.SUBMITTED)
    with pytest.raises(WrongState):
        launch(tomorrow, now=NOW + timedelta(days=1))


def test_nothing_is_left_behind_when_a_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_approved([person.id for person in make_audience(3)])
    monkeypatch.setattr("qunying.campaigns.actions.launch_campaign.plan_posts", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        launch(campaign)
    assert not CampaignAssignment.objects.exists()
    assert not Suppression.objects.exists()
    assert get_budget(campaign.id).total == 0
    assert get_template(campaign.offer_id).state == "draft"  # type: ignore[arg-type]


def test_a_post_goes_to_the_treated_communities_only() -> None:
    communities = [make_community([person.id for person in make_audience(4)]) for _ in range(5)]
    campaign = make_approved(
        audience_kind="communities", community_ids=tuple(communities), post_template_id=make_message()
    )
    launched = launch(campaign)
    assert (launched.measured_by, launched.planned_posts) == (MeasuredBy.COMMUNITIES, 3)
    assert (launched.treatment, launched.control) == (12, 8)
    treated = set(campaign.communities.filter(arm=Arm.TREATMENT).values_list("community_id", flat=True))
    posted = Send.objects.filter(campaign_id=campaign.id, community_id__isnull=False)
    assert set(posted.values_list("community_id", flat=True)) == treated
    assert get_template(campaign.offer_id).audience == "public"  # type: ignore[arg-type]


def test_a_segment_within_communities_is_both() -> None:
    inside, outside = make_audience(4), make_audience(3)
    community = make_community([person.id for person in inside])
    campaign = make_approved(
        audience_kind="segment_in_communities",
        segment_id=make_approved([person.id for person in [*inside[:2], *outside]]).segment_id,
        community_ids=(community,),
    )
    assert set(audience_of(campaign, NOW).members) == {person.id for person in inside[:2]}
    assert launch(campaign).measured_by == MeasuredBy.MEMBERS


@pytest.mark.full
@pytest.mark.timed
def test_a_hundred_thousand_members_take_seconds() -> None:
    campaign = make_approved(make_many(100_000))
    started = time.monotonic()
    assert launch(campaign).audience == 100_000
    assert time.monotonic() - started < 30


def test_nobody_who_was_erased_is_in_an_audience() -> None:
    people = make_audience(5)
    by_segment = make_approved([person.id for person in people], with_offer=False)
    community = make_community([person.id for person in people])
    run(ask_about_data, member_id=people[0].id, kind="erasure", text="Please", actor=system("desk"))
    run(erase_member, member_id=people[0].id)
    by_community = make_campaign(audience_kind="communities", segment_id=None, community_ids=(community,))
    for campaign in (by_segment, by_community):
        assert audience_of(campaign, NOW).members == sorted(person.id for person in people[1:])
