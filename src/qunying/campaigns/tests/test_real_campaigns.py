"""Two campaigns over real orders, from launch to report: one that did nothing, one with a planted effect."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.mark_simulated import mark_simulated
from qunying.campaigns.models import Campaign
from qunying.campaigns.queries.get_report import get_report
from qunying.campaigns.tests.make import launch, make_approved, make_offer, run
from qunying.campaigns.tests.real_orders import BUYERS, LAST, SPLIT, plant_a_fifth
from qunying.segments.actions.create_segment import create_segment

pytestmark = pytest.mark.django_db


def real_campaign(monkeypatch: pytest.MonkeyPatch, number: int) -> Campaign:
    """Launch a campaign for everybody who had bought; its id, and with it the arms, are always the same."""
    monkeypatch.setattr(Campaign._meta.get_field("id"), "_get_default", lambda: UUID(int=number))
    segment = run(create_segment, now=SPLIT, name="Buyers", rule=BUYERS)
    campaign = make_approved(
        now=SPLIT,
        audience_kind="segment",
        segment_id=segment.segment_id,
        offer_id=make_offer(currency="GBP", total=5_000),
        budget_minor=10_000_000,
        starts_on=date(2011, 9, 10),
        ends_on=date(2011, 9, 24),
        goal_by=date(2011, 12, 9),
        measurement_days=90,
        holdout_basis_points=5_000,
    )
    launch(campaign, now=SPLIT)
    return campaign


def test_a_campaign_without_effect_is_not_proven(buyers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = real_campaign(monkeypatch, 1)
    run(close_campaign, now=SPLIT + timedelta(days=15), campaign_id=campaign.id)
    report = get_report(campaign.id, LAST)
    assert report.design.audience == buyers == report.design.treatment + report.design.control
    assert report.window.is_complete
    assert not report.sample_ratio.alarm
    orders = report.effects["orders"].comparison
    assert orders.interval is not None
    assert orders.interval.low < 0 < orders.interval.high
    assert (report.verdict, report.verdict_reason) == ("not_proven", "interval")
    assert report.effects["sales"].comparison.verdict == "not_proven"
    assert report.net_effect.verdict == "not_proven"
    assert report.goal.state in {"missed", "reached_not_proven"}
    assert orders.variance_reduction > 0.3  # the members' past is used
    assert not report.campaign.is_simulated


def test_a_planted_fifth_is_found_and_labelled(buyers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = real_campaign(monkeypatch, 1)
    before = get_report(campaign.id, LAST).arms
    planted = plant_a_fifth(campaign.id, SPLIT, SPLIT + timedelta(days=90))
    run(
        mark_simulated,
        now=SPLIT,
        campaign_id=campaign.id,
        what_was_planted="A fifth more orders for the treated.",
    )
    report = get_report(campaign.id, LAST)
    assert report.arms[0].orders == before[0].orders + planted
    assert report.arms[1] == before[1]
    assert (report.verdict, report.goal.state) == ("proven_positive", "met")
    relative = report.effects["orders"].comparison.relative_interval
    assert relative is not None
    assert relative.low < 0.2 < relative.high
    assert report.campaign.is_simulated
    assert report.campaign.simulation_note
