"""Reading the stream for a report: the frozen audience as it is now, and everything that one pass over the
events tells.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

from qunying.campaigns.measuring.activity import Activity, activity_per_arm
from qunying.campaigns.measuring.judging import NOBODY, compare_members, compare_whole_communities
from qunying.campaigns.measuring.outcomes import (
    OUTCOMES,
    Period,
    assigned_table,
    history_begins,
    means_per_community,
    sales_of,
    sums_per_arm,
)
from qunying.campaigns.measuring.report import Design, Effect, Window, YearOnYear
from qunying.campaigns.models import Arm, Campaign, MeasuredBy
from qunying.campaigns.plan import Metric
from qunying.engines.summary import PairedSummary
from qunying.members.queries.resolve_members import present_ids
from qunying.stream.lake import Analysis

YEAR = timedelta(days=365)

type Sums = dict[str, dict[str, PairedSummary]]


@dataclass(frozen=True)
class Reading:
    """What the stream says. ``goal_count``: the figure of a goal that is a number, as far as the goal's last
    day.
    """

    sums: Sums
    effects: dict[str, Effect]
    activity: dict[str, Activity]
    goal_count: int
    year_on_year: YearOnYear | None


def read_audience(campaign: Campaign) -> tuple[pa.Table, Design]:
    """Return the frozen audience, everybody as who they are now, and how the campaign was set up."""
    rows = list(campaign.assignments.order_by("member_id").values_list("member_id", "arm", "community_id"))
    present = present_ids(member_id for member_id, _arm, _community in rows)
    persons: dict[object, tuple[str, object]] = {}
    apart = set()
    for member_id, arm, community_id in rows:
        person = present[member_id]
        if persons.setdefault(person, (arm, community_id))[0] != arm:
            apart.add(person)
    sizes = Counter(arm for person, (arm, _community) in persons.items() if person not in apart)
    communities = Counter(campaign.communities.exclude(arm="").values_list("arm", flat=True))
    design = Design(
        measured_by=campaign.measured_by,
        has_open_post=campaign.post_template_id is not None,
        holdout_basis_points=campaign.holdout_basis_points,
        no_holdout_reason=campaign.no_holdout_reason,
        audience=len(persons),
        treatment=sizes[Arm.TREATMENT],
        control=sizes[Arm.CONTROL],
        outside=sizes[Arm.OUTSIDE],
        merged_apart=len(apart),
        treatment_communities=communities[Arm.TREATMENT],
        control_communities=communities[Arm.CONTROL],
    )
    kept = ((person, arm, home) for person, (arm, home) in persons.items() if person not in apart)
    return assigned_table(kept), design


def read_stream(
    analysis: Analysis, campaign: Campaign, assigned: pa.Table, window: Window, goal_end: datetime
) -> Reading:
    """Return outcomes, comparisons and activity of a campaign from its events.

    Args:
        analysis: the stream as of the report's instant.
        campaign: which one.
        assigned: the table of ``read_audience``.
        window: where outcomes count.
        goal_end: when the day is over by which the goal is to be reached.
    """
    period = Period(window.start, window.end)
    sums = sums_per_arm(analysis, assigned, period, campaign.currency)
    if campaign.measured_by == MeasuredBy.COMMUNITIES:
        means = means_per_community(analysis, assigned, period, campaign.currency)
        effects = {name: compare_whole_communities(means, sums, name) for name in OUTCOMES}
    else:
        effects = {name: compare_members(sums, name) for name in OUTCOMES}
    return Reading(
        sums=sums,
        effects=effects,
        activity=activity_per_arm(analysis, assigned, campaign.id),
        goal_count=_goal_count(analysis, campaign, assigned, window, goal_end),
        year_on_year=_year_on_year(analysis, campaign, assigned, period),
    )


def _goal_count(
    analysis: Analysis, campaign: Campaign, assigned: pa.Table, window: Window, goal_end: datetime
) -> int:
    if campaign.goal_metric == Metric.BUYERS:
        period = Period(window.start, min(window.end, goal_end))
        sums = sums_per_arm(analysis, assigned, period, campaign.currency)
        return int(sums.get(Arm.TREATMENT, {}).get("bought", NOBODY).total)
    if campaign.goal_metric not in {Metric.CLAIMS, Metric.REDEMPTIONS}:
        return 0
    activity = activity_per_arm(analysis, assigned, campaign.id, until=goal_end)
    return total_of(activity, "claims" if campaign.goal_metric == Metric.CLAIMS else "redemptions")


def total_of(activity: Mapping[str, Activity], name: str) -> int:
    """Return one figure of all arms together."""
    return sum(getattr(figures, name) for figures in activity.values())


def _year_on_year(
    analysis: Analysis, campaign: Campaign, assigned: pa.Table, period: Period
) -> YearOnYear | None:
    """Compare with the same days of the year before, when history goes back that far."""
    begins = history_begins(analysis, campaign.currency)
    if begins is None or begins > period.start - YEAR:
        return None
    sales = sales_of(analysis, assigned, period, campaign.currency)
    earlier = Period(period.start - YEAR, period.end - YEAR)
    if analysis.as_of is not None and analysis.as_of < period.end:
        earlier = Period(earlier.start, analysis.as_of - YEAR)  # as many days of both years
    before = sales_of(analysis, assigned, earlier, campaign.currency)
    return YearOnYear(sales, before, sales / before - 1 if before > 0 else None)
