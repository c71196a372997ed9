"""From sums per arm to what may be said: the comparison, whether the design lets it be proof, the goal."""

from collections.abc import Mapping
from dataclasses import replace

from qunying.campaigns.measuring.report import Effect
from qunying.campaigns.models import Arm, MeasuredBy
from qunying.campaigns.plan import BASIS_POINTS, Metric
from qunying.engines.effect import Comparison, NetEffect, adjusted, compare_communities
from qunying.engines.power import Outcome, smallest_lift
from qunying.engines.summary import PairedSummary, Summary

NOBODY = PairedSummary(0, 0, 0, 0, 0, 0)
NO_COMMUNITY = Summary(0, 0, 0)
OUTCOME_OF = {Metric.ORDERS_PER_MEMBER: "orders", Metric.SALES_PER_MEMBER: "sales"}


def compare_members(sums: Mapping[str, Mapping[str, PairedSummary]], name: str) -> Effect:
    """Compare one outcome of the arms, member by member, with each member's own past taken into account."""
    treated = sums.get(Arm.TREATMENT, {}).get(name, NOBODY)
    control = sums.get(Arm.CONTROL, {}).get(name, NOBODY)
    comparison = adjusted(treated, control)
    deviation = control.outcome.variance**0.5
    outcome = Outcome(control.outcome.mean, deviation, min(comparison.variance_reduction, 0.999))
    return Effect(comparison, smallest_lift(outcome, treated=treated.n, control=control.n))


def compare_whole_communities(
    means: Mapping[str, Mapping[str, Summary]], sums: Mapping[str, Mapping[str, PairedSummary]], name: str
) -> Effect:
    """Compare one outcome of the arms, community by community; the units are then shown as members."""
    treated = means.get(Arm.TREATMENT, {}).get(name, NO_COMMUNITY)
    control = means.get(Arm.CONTROL, {}).get(name, NO_COMMUNITY)
    comparison = compare_communities(treated, control)
    outcome = Outcome(control.mean, control.variance**0.5)
    lift = smallest_lift(outcome, treated=treated.n, control=control.n)
    members = {arm: sums.get(arm, {}).get(name, NOBODY).n for arm in (Arm.TREATMENT, Arm.CONTROL)}
    return Effect(
        replace(comparison, treated_units=members[Arm.TREATMENT], control_units=members[Arm.CONTROL]), lift
    )


def reason_against_proof(
    *, measured_by: str, holdout_basis_points: int, ratio_alarm: bool, is_complete: bool
) -> str:
    """Return what keeps any result from being proof, or nothing.

    ``no_holdout``: nobody was held out. ``open_post``: a post reached the held-out as well. ``sample_ratio``:
    the arms have sizes that chance does not explain. ``window_open``: looking before the end finds effects by
    chance.
    """
    if holdout_basis_points == 0:
        return "no_holdout"
    if measured_by == MeasuredBy.NOTHING:
        return "open_post"
    if ratio_alarm:
        return "sample_ratio"
    return "" if is_complete else "window_open"


def withhold(effect: Effect) -> Effect:
    """Return an effect whose figures stay and whose verdict does not."""
    return replace(effect, comparison=replace(effect.comparison, verdict="not_proven"))


def verdict_of(metric: str, effects: Mapping[str, Effect], net: NetEffect, against: str) -> tuple[str, str]:
    """Return the verdict on a campaign and the reason: on its goal where that is a difference, else on
    orders.
    """
    if against:
        return "not_proven", against
    if metric == Metric.NET_EFFECT:
        return net.verdict, "interval" if net.interval_low_minor is not None else "too_few"
    comparison = effects[OUTCOME_OF.get(Metric(metric), "orders")].comparison
    return comparison.verdict, "interval" if comparison.state == "measured" else comparison.state


def lift_of(comparison: Comparison) -> int | None:
    """Return a relative lift in basis points, rounded; None when there is nothing to compare with."""
    return None if comparison.relative is None else round(comparison.relative * BASIS_POINTS)


def goal_state(metric: str, value: int | None, target: int, *, verdict: str, is_over: bool) -> str:
    """Return ``met``, ``missed``, ``reached_not_proven`` or ``open``; differences are met only when they are
    proven.
    """
    reached = value is not None and value >= target
    if metric in {Metric.ORDERS_PER_MEMBER, Metric.SALES_PER_MEMBER, Metric.NET_EFFECT}:
        if not is_over:
            return "open"
        if reached:
            return "met" if verdict == "proven_positive" else "reached_not_proven"
        return "missed"
    if reached:
        return "met"
    return "missed" if is_over else "open"
