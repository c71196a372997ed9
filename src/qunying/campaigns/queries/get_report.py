"""The report of a campaign: what it did, against those who were held out."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.campaigns.arms import shares_of
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.measuring.activity import OTHERS, Activity
from qunying.campaigns.measuring.judging import (
    NOBODY,
    goal_state,
    lift_of,
    reason_against_proof,
    verdict_of,
    withhold,
)
from qunying.campaigns.measuring.reading import Reading, read_audience, read_stream
from qunying.campaigns.measuring.report import (
    ArmFigures,
    CampaignFacts,
    Cost,
    Design,
    GoalResult,
    LessonNoted,
    Report,
    Window,
)
from qunying.campaigns.measuring.sentences import method_sentences
from qunying.campaigns.models import Arm, Campaign, MeasuredBy
from qunying.campaigns.plan import Metric
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.engines.effect import NetEffect, net_effect
from qunying.engines.sample_ratio import SampleRatio, check
from qunying.kernel.clock import day_end
from qunying.ledger.queries.get_budget import get_budget
from qunying.messages.queries.count_sends import count_posts, count_sends
from qunying.stream.lake import open_analysis


def report_time(campaign: Campaign, now: datetime) -> datetime:
    """Return the instant of a report: the brand's fixed one, unless the campaign was launched later."""
    fixed = get_analysis_time(now)
    return fixed if campaign.launched_at is None or fixed > campaign.launched_at else now


def get_report(campaign_id: UUID, as_of: datetime) -> Report:
    """Return the report of a campaign that was launched, as of an instant.

    Outcomes, messages and claims come from the stream; cost, planned sends and lessons are those of today.

    Raises:
        CampaignNotFound: when there is no such campaign.
        WrongState: when it was not launched.
    """
    campaign = get_campaign(campaign_id)
    zone = get_brand().zone
    window = _window(campaign, as_of)
    assigned, design = read_audience(campaign)
    goal_end = day_end(campaign.goal_by, zone)
    with open_analysis(as_of) as analysis:
        reading = read_stream(analysis, campaign, assigned, window, goal_end)
    ratio = _sample_ratio(design)
    cost = _cost(campaign, reading)
    report = Report(
        campaign=_facts(campaign, window, zone),
        as_of=as_of,
        window=window,
        design=design,
        verdict="not_proven",
        verdict_reason="",
        goal=GoalResult(campaign.goal_metric, campaign.goal_target, campaign.goal_by, None, "open"),
        arms=_arms(design, reading),
        effects=reading.effects,
        cost=cost,
        net_effect=_net_effect(reading, cost),
        sample_ratio=ratio,
        sends=count_sends(campaign.id),
        posts=count_posts(campaign.id),
        year_on_year=reading.year_on_year,
        lessons=_lessons(campaign),
        method=[],
    )
    return _with_method(_judged(report, reading, is_goal_over=as_of >= goal_end))


def _judged(report: Report, reading: Reading, *, is_goal_over: bool) -> Report:
    """Return the report with its verdict and its goal; what the design does not allow to be proof is not."""
    against = reason_against_proof(
        measured_by=report.design.measured_by,
        holdout_basis_points=report.design.holdout_basis_points,
        ratio_alarm=report.sample_ratio.alarm,
        is_complete=report.window.is_complete,
    )
    metric = report.goal.metric
    verdict, reason = verdict_of(metric, report.effects, report.net_effect, against)
    value = _goal_value(metric, report, reading)
    by_difference = metric in {Metric.ORDERS_PER_MEMBER, Metric.SALES_PER_MEMBER, Metric.NET_EFFECT}
    is_over = report.window.is_complete if by_difference else is_goal_over
    state = goal_state(metric, value, report.goal.target, verdict=verdict, is_over=is_over)
    judged = replace(
        report, verdict=verdict, verdict_reason=reason, goal=replace(report.goal, value=value, state=state)
    )
    if not against:
        return judged
    return replace(
        judged,
        effects={name: withhold(effect) for name, effect in report.effects.items()},
        net_effect=replace(report.net_effect, verdict="not_proven"),
    )


def _goal_value(metric: str, report: Report, reading: Reading) -> int | None:
    if metric == Metric.ORDERS_PER_MEMBER:
        return lift_of(report.effects["orders"].comparison)
    if metric == Metric.SALES_PER_MEMBER:
        return lift_of(report.effects["sales"].comparison)
    if metric == Metric.NET_EFFECT:
        return report.net_effect.net_minor if report.design.control else None
    return reading.goal_count


def _with_method(report: Report) -> Report:
    sentences = method_sentences(
        design=report.design,
        window=report.window,
        as_of=report.as_of,
        effects=report.effects,
        ratio=report.sample_ratio,
        cost=report.cost,
        currency=report.campaign.currency,
        zone=report.campaign.zone,
    )
    return replace(report, method=sentences)


def _window(campaign: Campaign, as_of: datetime) -> Window:
    if campaign.launched_at is None:
        raise WrongState(state=campaign.state)
    end = campaign.launched_at + timedelta(days=campaign.measurement_days)
    return Window(campaign.launched_at, end, campaign.measurement_days, as_of >= end)


def _facts(campaign: Campaign, window: Window, zone: str) -> CampaignFacts:
    return CampaignFacts(
        id=campaign.id,
        name=campaign.name,
        theme=campaign.theme,
        state=campaign.state,
        currency=campaign.currency,
        zone=zone,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        launched_at=window.start,
        closed_at=campaign.closed_at,
        is_simulated=campaign.is_simulated,
        simulation_note=campaign.simulation_note,
    )


def _sample_ratio(design: Design) -> SampleRatio:
    """Check the sizes of the arms. Communities are held out in a fixed number: nothing to check."""
    if design.measured_by == MeasuredBy.COMMUNITIES:
        held_out, treated = design.control_communities, design.treatment_communities
        counts = {Arm.CONTROL.value: held_out, Arm.TREATMENT.value: treated}
        return SampleRatio("too_few", None, alarm=False, observed=counts, expected=dict(counts))
    counts = {Arm.CONTROL.value: design.control, Arm.TREATMENT.value: design.treatment}
    shares = shares_of(design.holdout_basis_points)
    return check({share.name: counts[share.name] for share in shares}, shares)


def _cost(campaign: Campaign, reading: Reading) -> Cost:
    """Return the incentives' cost from the ledger, and which part of it the held-out received."""
    budget = get_budget(campaign.id)
    held_out = reading.activity.get(Arm.CONTROL, Activity())
    return Cost(campaign.budget_minor, budget.spent, budget.held, budget.free, held_out.discount_minor)


def _net_effect(reading: Reading, cost: Cost) -> NetEffect:
    return net_effect(
        reading.effects["sales"].comparison,
        incentive_cost_minor=cost.spent_minor - cost.control_minor,
        control_incentive_cost_minor=cost.control_minor,
    )


def _arms(design: Design, reading: Reading) -> list[ArmFigures]:
    members = {Arm.TREATMENT: design.treatment, Arm.CONTROL: design.control, Arm.OUTSIDE: design.outside}
    shown = [str(arm) for arm, count in members.items() if count or arm != Arm.OUTSIDE]
    if OTHERS in reading.activity:
        shown.append(OTHERS)
    return [_figures(arm, members.get(Arm(arm), 0) if arm != OTHERS else 0, reading) for arm in shown]


def _figures(arm: str, members: int, reading: Reading) -> ArmFigures:
    sums = reading.sums.get(arm, {})
    orders, sales = sums.get("orders", NOBODY), sums.get("sales", NOBODY)
    bought = sums.get("bought", NOBODY)
    activity = reading.activity.get(arm, Activity())
    return ArmFigures(
        arm=arm,
        members=members,
        messages_sent=activity.messages,
        reached=activity.reached,
        clicked=activity.clicked,
        claimed=activity.claimed,
        claims=activity.claims,
        redeemed=activity.redeemed,
        redemptions=activity.redemptions,
        discount_minor=activity.discount_minor,
        buyers=int(bought.total),
        orders=int(orders.total),
        sales_minor=int(sales.total),
        orders_per_member=orders.outcome.mean,
        sales_per_member_minor=sales.outcome.mean,
        buyers_share=bought.outcome.mean,
    )


def _lessons(campaign: Campaign) -> list[LessonNoted]:
    rows = campaign.lessons.order_by("at", "id")
    return [LessonNoted(lesson.kind, lesson.area, lesson.text, lesson.at) for lesson in rows]
