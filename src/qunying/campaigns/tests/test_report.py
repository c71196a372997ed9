"""The report: what it counts, what it refuses to call proof, how it says how it was measured."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import override

from qunying.campaigns.actions.add_lesson import UnknownLesson, add_lesson
from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.actions.mark_simulated import mark_simulated
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.measuring.report import ArmFigures, Report
from qunying.campaigns.models import Arm, Campaign
from qunying.campaigns.queries.get_report import get_report, report_time
from qunying.campaigns.tests.make import (
    NOW,
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_community,
    make_many,
    make_message,
    make_order,
    run,
)
from qunying.kernel.actors import Actor, Forbidden
from qunying.members.actions.merge_members import merge_members
from qunying.messages.tests.make import dispatch
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


LATER = NOW + timedelta(days=2)
END = NOW + timedelta(days=31)


def arm_of(report: Report, arm: str) -> ArmFigures:
    return next(figures for figures in report.arms if figures.arm == arm)


def ids_of(campaign: Campaign, arm: Arm) -> list[UUID]:
    rows = campaign.assignments.filter(arm=arm).order_by("member_id")
    return list(rows.values_list("member_id", flat=True))


def running(size: int = 24, **changes: Any) -> Campaign:
    campaign = make_approved([p.id for p in make_audience(size)], holdout_basis_points=5_000, **changes)
    launch(campaign)
    return campaign


def test_every_figure_of_both_arms() -> None:
    campaign = running()
    treated, held_out = ids_of(campaign, Arm.TREATMENT), ids_of(campaign, Arm.CONTROL)
    dispatch(at=NOW)
    for member_id in treated[:3]:
        coupon = run(claim_offer, campaign_id=campaign.id, member_id=member_id).coupon_id
        run(reserve_coupon, now=LATER, coupon_id=coupon, order_number=str(coupon), total_minor=5_000)
        if member_id != treated[2]:
            run(redeem_coupon, now=LATER, coupon_id=coupon, order_number=str(coupon))
    make_order(treated[0], LATER, 4_000)
    make_order(treated[0], LATER, 6_000)
    make_order(treated[0], LATER + timedelta(days=1), 1_000, refund=True)
    make_order(held_out[0], LATER, 2_500)
    make_order(held_out[1], LATER, 9_900, currency="EUR")
    make_order(held_out[1], NOW - timedelta(days=1), 700)
    make_order(held_out[1], END, 700)
    report = get_report(campaign.id, END)
    assert arm_of(report, "treatment") == ArmFigures(
        arm="treatment",
        members=len(treated),
        messages_sent=len(treated),
        reached=len(treated),
        clicked=0,
        claimed=3,
        claims=3,
        redeemed=2,
        redemptions=2,
        discount_minor=2_000,
        buyers=1,
        orders=2,
        sales_minor=9_000,
        orders_per_member=2 / len(treated),
        sales_per_member_minor=9_000 / len(treated),
        buyers_share=1 / len(treated),
    )
    control = arm_of(report, "control")
    assert (control.members, control.messages_sent, control.reached, control.claims) == (
        len(held_out),
        0,
        0,
        0,
    )
    assert (control.orders, control.sales_minor, control.buyers) == (1, 2_500, 1)
    assert (report.cost.spent_minor, report.cost.held_minor, report.cost.control_minor) == (2_000, 1_000, 0)
    assert report.net_effect.incentive_cost_minor == 2_000
    assert report.sends["held_out"] == len(held_out)
    assert report.window.is_complete
    assert (report.verdict, report.verdict_reason) == ("not_proven", "interval")


def test_a_clear_effect_is_proven_only_when_the_window_is_over() -> None:
    campaign = running(60, with_offer=False)
    for member_id in ids_of(campaign, Arm.TREATMENT):
        make_order(member_id, LATER)
    make_order(member_id, LATER)
    early, final = get_report(campaign.id, LATER), get_report(campaign.id, END)
    assert early.effects["orders"].comparison.interval is not None
    assert (early.verdict, early.verdict_reason, early.goal.state) == ("not_proven", "window_open", "open")
    assert {effect.comparison.verdict for effect in early.effects.values()} == {"not_proven"}
    assert early.net_effect.verdict == "not_proven"
    assert any("interim" in sentence for sentence in early.method)
    # Nobody held out bought: nothing is a percentage of that, and the difference is proven all the same.
    assert (final.verdict, final.effects["orders"].comparison.relative) == ("proven_positive", None)


def test_without_a_holdout_nothing_is_proven() -> None:
    campaign = make_approved(
        [p.id for p in make_audience(5)], holdout_basis_points=0, no_holdout_reason="A product recall"
    )
    launch(campaign)
    report = get_report(campaign.id, END)
    assert (report.verdict, report.verdict_reason) == ("not_proven", "no_holdout")
    assert "A product recall" in report.method[0]


def test_members_of_unequal_arms_raise_an_alarm() -> None:
    campaign = make_approved(make_many(300), holdout_basis_points=5_000, with_offer=False)
    launch(campaign)
    lost = ids_of(campaign, Arm.CONTROL)[60:]  # of about 150
    campaign.assignments.filter(member_id__in=lost).delete()
    for member_id in ids_of(campaign, Arm.TREATMENT):
        make_order(member_id, LATER)
    report = get_report(campaign.id, END)
    assert report.sample_ratio.alarm
    assert (report.verdict, report.verdict_reason) == ("not_proven", "sample_ratio")
    assert any("Alarm" in sentence for sentence in report.method)


def test_whole_communities_are_compared_where_a_post_is_open() -> None:
    communities = [make_community([p.id for p in make_audience(6)]) for _ in range(6)]
    campaign = make_approved(
        audience_kind="communities",
        community_ids=tuple(communities),
        post_template_id=make_message(),
        holdout_basis_points=5_000,
    )
    launch(campaign)
    for number, member_id in enumerate(ids_of(campaign, Arm.TREATMENT)):
        make_order(member_id, LATER, 10_000 + number)
    guest = make_audience(1)[0].id
    for member_id in (ids_of(campaign, Arm.CONTROL)[0], guest):
        run(claim_offer, campaign_id=campaign.id, member_id=member_id, by_post=True)
    report = get_report(campaign.id, END)
    assert (report.design.treatment_communities, report.design.control_communities) == (3, 3)
    assert (report.verdict, report.verdict_reason) == ("not_proven", "no_variation")
    assert report.effects["sales"].comparison.verdict == "proven_positive"
    assert report.effects["sales"].comparison.treated_units == 18
    incremental = report.net_effect.incremental_sales_minor
    assert incremental == pytest.approx(arm_of(report, "treatment").sales_minor, abs=20)
    assert (arm_of(report, "control").claims, arm_of(report, "others").claims) == (1, 1)
    assert "whole communities" in report.method[0]


def test_a_post_in_few_communities_proves_nothing() -> None:
    community = make_community([p.id for p in make_audience(30)])
    campaign = make_approved(
        audience_kind="communities",
        community_ids=(community,),
        post_template_id=make_message(),
        holdout_basis_points=5_000,
    )
    launch(campaign)
    for member_id in ids_of(campaign, Arm.TREATMENT):
        make_order(member_id, LATER)
    report = get_report(campaign.id, END)
    assert (report.verdict, report.verdict_reason) == ("not_proven", "open_post")
    assert report.design.control > 0
    assert {effect.comparison.verdict for effect in report.effects.values()} == {"not_proven"}


def test_people_found_to_be_on_both_sides_are_left_out() -> None:
    campaign = running(40, with_offer=False)
    treated, held_out = ids_of(campaign, Arm.TREATMENT), ids_of(campaign, Arm.CONTROL)
    run(merge_members, kept_id=treated[0], merged_id=held_out[0])
    run(merge_members, kept_id=treated[1], merged_id=treated[2])
    make_order(treated[2], LATER)
    report = get_report(campaign.id, END)
    assert report.design.merged_apart == 1
    assert (report.design.treatment, report.design.control) == (len(treated) - 2, len(held_out) - 1)
    assert arm_of(report, "treatment").orders == 1


def test_numbers_as_goals() -> None:
    met = running(goal_metric="claims", goal_target=2)
    for member_id in ids_of(met, Arm.TREATMENT)[:2]:
        run(claim_offer, campaign_id=met.id, member_id=member_id)
    assert get_report(met.id, LATER).goal.state == "met"
    buyers = running(goal_metric="buyers", goal_target=2)
    make_order(ids_of(buyers, Arm.TREATMENT)[0], LATER)
    report = get_report(buyers.id, LATER)
    assert (report.goal.value, report.goal.state) == (1, "open")
    assert get_report(buyers.id, END + timedelta(days=9)).goal.state == "missed"


def test_the_year_before_when_history_goes_back() -> None:
    campaign = running(6, with_offer=False)
    member_id = ids_of(campaign, Arm.TREATMENT)[0]
    make_order(member_id, LATER, 3_000)
    assert get_report(campaign.id, END).year_on_year is None
    make_order(member_id, LATER - timedelta(days=365), 2_000)
    make_order(member_id, NOW - timedelta(days=400), 99_000)
    compared = get_report(campaign.id, END).year_on_year
    assert compared is not None
    assert (compared.sales_minor, compared.year_before_minor, compared.change) == (3_000, 2_000, 0.5)
    early = get_report(campaign.id, LATER - timedelta(days=1)).year_on_year
    assert early is not None
    assert early.year_before_minor == 0  # as many days of both years


def test_lessons_and_the_label_of_what_is_simulated() -> None:
    draft = make_campaign()
    words: dict[str, Any] = {"kind": "lesson", "area": "planning", "text": "Start earlier"}
    with pytest.raises(WrongState):
        run(add_lesson, campaign_id=draft.id, **words)
    with pytest.raises(WrongState):
        get_report(draft.id, NOW)
    campaign = running(4, with_offer=False)
    with pytest.raises(UnknownLesson):
        run(add_lesson, campaign_id=campaign.id, **{**words, "kind": "joke"})
    run(add_lesson, campaign_id=campaign.id, **words)
    with pytest.raises(Forbidden):
        run(
            mark_simulated,
            actor=Actor(kind="staff", id="x", permissions=frozenset({"*"})),
            campaign_id=campaign.id,
            what_was_planted="x",
        )
    run(mark_simulated, campaign_id=campaign.id, what_was_planted="A fifth more orders")
    report = get_report(campaign.id, NOW)
    assert [lesson.text for lesson in report.lessons] == ["Start earlier"]
    assert (report.campaign.is_simulated, report.campaign.simulation_note) == (True, "A fifth more orders")


def test_a_report_speaks_of_the_brands_time_unless_the_campaign_is_younger() -> None:
    campaign = running(3, with_offer=False)
    assert report_time(campaign, END) == END
