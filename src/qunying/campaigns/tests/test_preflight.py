"""Pre-flight: what it says before anybody is reached, against what then happens."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.accounts.tests.make import make_browser
from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.confirm_audience import confirm_audience
from qunying.campaigns.queries.get_preflight import get_preflight
from qunying.campaigns.tests.make import (
    NOW,
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_community,
    make_message,
    make_offer,
    make_order,
    make_segment,
    run,
)
from qunying.campaigns.tests.real_orders import BUYERS, SPLIT
from qunying.kernel import clock
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.messages.actions.suppress import suppress
from qunying.messages.models import MemberDay, Send
from qunying.messages.tests.make import dispatch
from qunying.segments.actions.create_segment import create_segment

pytestmark = pytest.mark.django_db


def test_the_counts_are_those_of_the_launch() -> None:
    people = make_audience(30)
    Member.objects.filter(pk=people[0].pk).update(is_staff=True)
    campaign = make_approved([person.id for person in people], holdout_basis_points=4_000)
    before = get_preflight(campaign.id, NOW)
    assert (before.audience.count, before.audience.staff_left_out, before.audience.needs_confirmation) == (
        29,
        1,
        False,
    )
    assert before.may_launch
    launched = launch(campaign)
    assert (before.arms.treatment, before.arms.control) == (launched.treatment, launched.control)
    assert before.reach is not None
    assert before.reach.reachable == launched.planned_messages


def test_who_cannot_be_reached_is_counted_by_reason() -> None:
    silent, stopped = make_member(now=NOW), make_audience(1)[0]
    run(suppress, member_ids=[stopped.id], scope="promotion", reason="complaint")
    campaign = make_campaign(
        segment_id=make_segment([silent.id, stopped.id]),
        message_template_id=make_message(),
        holdout_basis_points=0,
        no_holdout_reason="A test of reach",
    )
    reach = get_preflight(campaign.id, NOW).reach
    assert reach is not None
    assert (reach.reachable, reach.excluded) == (0, {"no_consent": 1, "suppressed": 1})


def test_what_members_have_had_lately_and_what_the_daily_limit_leaves() -> None:
    people = [person.id for person in make_audience(6)]
    today = clock.local_day(NOW, "Asia/Shanghai")
    for person, days_ago, used in (
        (people[0], 0, 2),  # nothing left of today's two
        (people[1], 1, 1),
        (people[2], 6, 4),
        (people[2], 7, 1),
        (people[3], 29, 2),
        (people[4], 30, 9),  # longer ago than either window
    ):
        MemberDay.objects.create(member_id=person, day=today - timedelta(days=days_ago), used=used)
    run(merge_members, kept_id=people[1], merged_id=people[3])
    campaign = make_approved(
        [people[0], people[1], people[2], people[4], people[5]],
        holdout_basis_points=0,
        no_holdout_reason="A test of fatigue",
    )
    found = get_preflight(campaign.id, NOW)
    fatigue = found.fatigue
    assert fatigue is not None
    assert (fatigue.day, fatigue.per_day, fatigue.capped) == (today, 2, 1)
    week, month = fatigue.had
    assert (week.days, week.members) == (7, [2, 1, 1, 0, 1, 0])
    assert (month.days, month.members) == (30, [2, 0, 1, 1, 0, 1])
    assert {"daily_limit"} == {f.code for f in found.findings} & {"daily_limit", "message_fatigue"}


def test_the_daily_limit_leaves_out_whom_it_says_it_will() -> None:
    people = [person.id for person in make_audience(3)]
    plan: dict[str, Any] = {"holdout_basis_points": 0, "no_holdout_reason": "A test of the limit"}
    MemberDay.objects.create(member_id=people[0], day=clock.local_day(NOW, "Asia/Shanghai"), used=1)
    other = make_approved(people, with_offer=False, **plan)
    campaign = make_approved(people, with_offer=False, **plan)
    launch(other)  # its messages wait to go out before ours
    later = NOW + timedelta(minutes=1)
    fatigue = get_preflight(campaign.id, later).fatigue
    assert fatigue is not None
    assert fatigue.capped == 1
    launch(campaign, now=later)
    dispatch(later)
    capped = Send.objects.filter(campaign_id=campaign.id, reason="capped")
    assert set(capped.values_list("member_id", flat=True)) == {people[0]}


def test_the_page_shows_what_members_have_had() -> None:
    people = [person.id for person in make_audience(3)]
    campaign = make_approved(people, holdout_basis_points=0, no_holdout_reason="A test of the page")
    today = clock.local_day(clock.now(), "Asia/Shanghai")
    MemberDay.objects.create(member_id=people[0], day=today, used=7)
    page = make_browser().get(f"/console/campaigns/{campaign.id}/preflight/").content.decode()
    assert "What these members have had lately" in page
    assert ">5+<" in page
    chinese = make_browser(language="zh-hans").get(f"/console/campaigns/{campaign.id}/preflight/")
    assert "What these members" not in chinese.content.decode()


def test_at_night_the_limit_of_the_morning_counts() -> None:
    people = [person.id for person in make_audience(2)]
    campaign = make_approved(people, holdout_basis_points=0, no_holdout_reason="A test of the night")
    late = NOW.replace(hour=15)  # 23:00 in Shanghai
    MemberDay.objects.create(member_id=people[0], day=clock.local_day(late, "Asia/Shanghai"), used=2)
    fatigue = get_preflight(campaign.id, late).fatigue
    assert fatigue is not None
    assert (fatigue.day, fatigue.capped) == (clock.local_day(late, "Asia/Shanghai") + timedelta(days=1), 0)


def test_what_blocks_and_what_warns() -> None:
    people = [person.id for person in make_audience(4)]
    campaign = make_campaign(segment_id=make_segment(people), offer_id=make_offer(), budget_minor=5)
    levels = {finding.code: finding.level for finding in get_preflight(campaign.id, NOW).findings}
    assert levels["audience_not_confirmed"] == "block"
    assert levels["campaign_reaches_nobody"] == "block"
    assert levels["campaign_offer_needs_budget"] == "block"
    assert levels["power_unknown"] == "warn"
    assert levels["guessed_rates"] == "warn"
    run(confirm_audience, campaign_id=campaign.id, count=4)
    assert "audience_not_confirmed" not in {f.code for f in get_preflight(campaign.id, NOW).findings}
    nobody = make_campaign()
    assert "audience_empty" in {f.code for f in get_preflight(nobody.id, NOW).findings}


def test_an_open_post_in_few_communities_is_named() -> None:
    community = make_community([person.id for person in make_audience(5)])
    campaign = make_campaign(
        audience_kind="communities", community_ids=(community,), post_template_id=make_message()
    )
    found = get_preflight(campaign.id, NOW)
    assert found.arms.measured_by == "nothing"
    assert "open_post" in {finding.code for finding in found.findings}
    assert found.power is None


def test_cost_rests_on_the_audiences_own_orders_and_on_earlier_campaigns() -> None:
    people = [person.id for person in make_audience(10)]
    for number, person in enumerate(people):
        make_order(person, NOW - timedelta(days=3), 600 if number < 5 else 50_000)
    plan: dict[str, Any] = {
        "holdout_basis_points": 0,
        "no_holdout_reason": "A test of cost",
        "budget_minor": 5_000,
    }
    first = make_approved(people, **plan)
    offer = get_preflight(first.id, NOW).offer
    assert offer is not None
    assert offer.discount_mean_minor == (5 * 600 + 5 * 1_000) / 10  # never more than the order itself
    assert (offer.claim.source, offer.redemption.source, offer.coupons_in_budget) == ("guess", "guess", 5)
    assert offer.forecast.claims.expected == pytest.approx(2.0, rel=0.01)
    launch(first)
    for person in people[:5]:
        run(claim_offer, campaign_id=first.id, member_id=person)
    run(close_campaign, campaign_id=first.id)
    second = make_approved(people, **plan)
    learnt = get_preflight(second.id, NOW + timedelta(minutes=1)).offer
    assert learnt is not None
    assert (learnt.claim.source, learnt.claim.evidence) == ("earlier", 10)
    assert learnt.claim.rate == pytest.approx(0.5)
    assert learnt.redemption.source == "earlier"
    assert learnt.redemption.rate < 0.2
    third = make_approved(people, expected_claim_basis_points=9_000, **plan)
    stated = get_preflight(third.id, NOW + timedelta(minutes=1)).offer
    assert stated is not None
    assert (stated.claim.rate, stated.claim.source) == (0.9, "plan")
    assert "budget_short" in {f.code for f in get_preflight(third.id, NOW + timedelta(minutes=1)).findings}


@pytest.mark.parametrize(
    ("holdout", "least", "most"), [(5_000, 0.97, 1.0), (2_000, 0.88, 0.97), (500, 0.3, 0.5)]
)
def test_power_is_honest_on_real_orders(buyers: int, holdout: int, least: float, most: float) -> None:
    segment = run(create_segment, now=SPLIT, name="Buyers", rule=BUYERS)
    campaign = make_campaign(
        now=SPLIT,
        segment_id=segment.segment_id,
        measurement_days=90,
        holdout_basis_points=holdout,
        goal_target=2_000,
    )
    power = get_preflight(campaign.id, SPLIT).power
    assert power is not None
    chance = next(row for row in power.chances if row.lift == 0.2)
    assert chance.orders is not None
    assert chance.sales is not None
    assert least <= chance.orders <= most
    assert chance.sales < chance.orders
    assert power.enough_holdout is not None
    assert 800 < power.enough_holdout < 2_500
