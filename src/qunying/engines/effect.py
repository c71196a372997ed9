"""The effect of a campaign: treated members against held-out members, by intention to treat.

Everything is computed from sums per arm (`Summary`, or `PairedSummary` with the outcome before the campaign),
which SQL can deliver for any number of members and which add up across parts of an audience.

`adjusted` is the default analysis. Orders and sales per member vary so much that plain means hide a lift of a
fifth more often than is tolerable; subtracting what each member's own past predicts removes most of that
variation without touching the effect (CUPED): Deng, Xu, Kohavi and Walker, "Improving the Sensitivity of
Online Controlled Experiments by Utilizing Pre-Experiment Data", WSDM 2013, equations 4 and 5. `compare` is
the same without the past, for audiences that have none.

Interval: Welch's t interval (B. L. Welch, Biometrika 34, 1947) with Satterthwaite's degrees of freedom
(Biometrics Bulletin 2, 1946), but never narrower than the interval with the pooled variance. The two agree
for arms of equal size. For a small holdout and skewed money Welch alone is treacherous: a holdout that
happens to miss the few big buyers shows a low mean and a low variance at once. On the real orders this
project is tested with, 17 of 100 comparisons without any effect, holding out a tenth, came out "proven" for
sales per member, all of them in the campaign's favour; the wider of the two brings them below the promised 5
of 100 at every holdout share tried.

Relative lift: Fieller's interval for a ratio of means (E. C. Fieller, JRSS B 16, 1954) and not the delta
method, because it contains zero lift exactly when the interval of the difference contains zero; the two can
never contradict each other on one page.
"""

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

from qunying.engines.summary import PairedSummary, Summary

__all__ = [
    "Comparison",
    "Interval",
    "NetEffect",
    "PairedSummary",
    "State",
    "Summary",
    "Verdict",
    "adjusted",
    "compare",
    "compare_communities",
    "net_effect",
]

State = Literal["measured", "too_few", "no_variation"]
Verdict = Literal["proven_positive", "proven_negative", "not_proven"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Treated against control.

    state: "measured"; "too_few" when an arm has fewer than two units; "no_variation" when no unit differs
    from the others of its arm. Unless measured, the verdict is "not_proven" and everything from `interval` on
    is None. treated_mean, control_mean, difference: per unit, in the outcome's unit; after `adjusted`, both
    means are those expected had both arms had the same past. relative: difference / control mean (0.2 = 20 %
    more), None when the control mean is not above 0; relative_interval: None also when the control mean
    itself is too uncertain to divide by. variance_reduction: share of the variance explained by the past,
    0-1.
    """

    state: State
    verdict: Verdict
    treated_units: int
    control_units: int
    treated_mean: float
    control_mean: float
    difference: float
    relative: float | None
    interval: Interval | None
    relative_interval: Interval | None
    standard_error: float | None
    degrees_of_freedom: float | None
    variance_reduction: float


@dataclass(frozen=True, slots=True)
class NetEffect:
    """What the campaign brought in all, in minor units: incremental sales minus incentive cost.

    interval is None when the comparison was not measured; the verdict is then "not_proven".
    """

    verdict: Verdict
    incremental_sales_minor: int
    incentive_cost_minor: int
    net_minor: int
    interval_low_minor: int | None
    interval_high_minor: int | None


@dataclass(frozen=True, slots=True)
class _Arm:
    """One arm ready for comparison: units, (adjusted) mean, (residual) variance."""

    n: int
    mean: float
    variance: float


def compare(treated: Summary, control: Summary, *, confidence: float = 0.95) -> Comparison:
    """Compare the mean outcome per member of the arms, without using the past.

    confidence: 0-1, exclusive. Raises: ValueError for a confidence outside.
    """
    return _compare(_plain(treated), _plain(control), fitted=0, confidence=confidence, variance_reduction=0.0)


def adjusted(treated: PairedSummary, control: PairedSummary, *, confidence: float = 0.95) -> Comparison:
    """Compare the mean outcome per member of the arms after subtracting what the past predicts (CUPED).

    The slope is the pooled within-arm covariance of outcome and past divided by the pooled within-arm
    variance of the past. (The slope with the least estimated variance for unequal arms leans on the small
    holdout alone and came out "proven" in 13 of 100 comparisons of sales without an effect.) A past that does
    not vary changes nothing.

    Raises: ValueError for a confidence outside 0-1.
    """
    degrees = treated.n + control.n - 2
    past = _within(treated.before.variance, control.before.variance, treated.n, control.n)
    fitted = 1 if past > 0 and degrees > 1 else 0
    if not fitted:
        return compare(treated.outcome, control.outcome, confidence=confidence)
    slope = _within(treated.covariance, control.covariance, treated.n, control.n) / past
    everyone = (treated.before + control.before).mean
    arms = [
        _Arm(
            n=arm.n,
            mean=arm.outcome.mean - slope * (arm.before.mean - everyone),
            variance=max(
                0.0, arm.outcome.variance - 2 * slope * arm.covariance + slope * slope * arm.before.variance
            ),
        )
        for arm in (treated, control)
    ]
    raw = _within(treated.outcome.variance, control.outcome.variance, treated.n, control.n)
    rest = _within(arms[0].variance, arms[1].variance, treated.n, control.n)
    reduction = min(1.0, max(0.0, 1 - rest / raw)) if raw > 0 else 0.0
    return _compare(arms[0], arms[1], fitted=fitted, confidence=confidence, variance_reduction=reduction)


def compare_communities(treated: Summary, control: Summary, *, confidence: float = 0.95) -> Comparison:
    """Compare arms made of whole communities, each community counting once with its mean per member.

    treated, control: `Summary.of` the communities' means per member. For posts that everybody in a community
    sees, members of one community are not independent, so the community is the unit: R. J. Hayes and L. H.
    Moulton, "Cluster Randomised Trials" (2017), chapter 10, unweighted cluster means. Communities are few:
    the t distribution has the smaller arm's number of communities minus 1 degrees of freedom, the cautious
    choice.

    Raises: ValueError for a confidence outside 0-1.
    """
    return _compare(
        _plain(treated),
        _plain(control),
        fitted=0,
        confidence=confidence,
        variance_reduction=0.0,
        degrees_at_most=min(treated.n, control.n) - 1,
    )


def net_effect(
    sales: Comparison,
    *,
    incentive_cost_minor: int,
    control_incentive_cost_minor: int = 0,
) -> NetEffect:
    """Return incremental sales of all treated members minus what the incentives cost, in minor units.

    sales: comparison of net sales per member (after discounts and returns) in minor units.
    incentive_cost_minor: what the treated arm's incentives cost, from the ledger.
    control_incentive_cost_minor: what the control arm received anyway (for example from another programme);
    scaled to the size of the treated arm and credited. Costs are booked and therefore known; only the sales
    carry uncertainty.
    """
    scale = sales.treated_units / sales.control_units if sales.control_units else 0.0
    cost = incentive_cost_minor - round(control_incentive_cost_minor * scale)
    incremental = round(sales.difference * sales.treated_units) if sales.state != "too_few" else 0
    low = high = None
    verdict: Verdict = "not_proven"
    if sales.interval is not None:
        low = round(sales.interval.low * sales.treated_units) - cost
        high = round(sales.interval.high * sales.treated_units) - cost
        verdict = _verdict(low, high)
    return NetEffect(
        verdict=verdict,
        incremental_sales_minor=incremental,
        incentive_cost_minor=cost,
        net_minor=incremental - cost,
        interval_low_minor=low,
        interval_high_minor=high,
    )


def _compare(
    treated: _Arm,
    control: _Arm,
    *,
    fitted: int,
    confidence: float,
    variance_reduction: float,
    degrees_at_most: float = math.inf,
) -> Comparison:
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    difference = treated.mean - control.mean
    relative = difference / control.mean if control.mean > 0 else None
    too_few = min(treated.n, control.n) < 2
    interval = relative_interval = error = degrees = None
    state: State = "too_few" if too_few else "measured"
    verdict: Verdict = "not_proven"
    if not too_few:
        treated_error, control_error = _squared_errors(treated, control, fitted)
        error = math.sqrt(treated_error + control_error)
        degrees = min(_degrees_of_freedom(treated, control, fitted), degrees_at_most)
        if error == 0:
            state, error, degrees = "no_variation", None, None
        else:
            quantile = float(special.stdtrit(degrees, (1 + confidence) / 2))
            interval = Interval(difference - quantile * error, difference + quantile * error)
            verdict = _verdict(interval.low, interval.high)
            relative_interval = _fieller(treated.mean, control.mean, treated_error, control_error, quantile)
    return Comparison(
        state=state,
        verdict=verdict,
        treated_units=treated.n,
        control_units=control.n,
        treated_mean=treated.mean,
        control_mean=control.mean,
        difference=difference,
        relative=relative,
        interval=interval,
        relative_interval=relative_interval,
        standard_error=error,
        degrees_of_freedom=degrees,
        variance_reduction=variance_reduction,
    )


def _plain(summary: Summary) -> _Arm:
    return _Arm(summary.n, summary.mean, summary.variance)


def _verdict(low: float, high: float) -> Verdict:
    if low > 0:
        return "proven_positive"
    if high < 0:
        return "proven_negative"
    return "not_proven"


def _within(treated: float, control: float, treated_n: int, control_n: int) -> float:
    """Pool a variance or covariance of two arms, each weighted with its degrees of freedom."""
    degrees = treated_n + control_n - 2
    return ((treated_n - 1) * treated + (control_n - 1) * control) / degrees if degrees > 0 else 0.0


def _squared_errors(treated: _Arm, control: _Arm, fitted: int) -> tuple[float, float]:
    """Squared standard errors of both means: Welch's or the pooled ones, whichever add up to more."""
    degrees = treated.n + control.n - 2
    inflation = degrees / (degrees - fitted)  # the slope was estimated from the same units
    welch = (inflation * treated.variance / treated.n, inflation * control.variance / control.n)
    variance = inflation * _within(treated.variance, control.variance, treated.n, control.n)
    pooled = (variance / treated.n, variance / control.n)
    return max(welch, pooled, key=sum)


def _degrees_of_freedom(treated: _Arm, control: _Arm, fitted: int) -> float:
    first, second = treated.variance / treated.n, control.variance / control.n
    if first + second == 0:
        return 1.0
    # Shares of the total first: squares of tiny variances would vanish.
    first, second = first / (first + second), second / (first + second)
    degrees = 1 / (first**2 / (treated.n - 1) + second**2 / (control.n - 1))
    return max(1.0, degrees - fitted)


def _fieller(
    treated: float, control: float, treated_error: float, control_error: float, quantile: float
) -> Interval | None:
    if control <= 0:
        return None
    doubt = quantile * quantile * control_error / (control * control)
    if doubt >= 1:
        return None
    ratio = treated / control
    spread = quantile / control * math.sqrt(treated_error * (1 - doubt) + ratio * ratio * control_error)
    return Interval((ratio - spread) / (1 - doubt) - 1, (ratio + spread) / (1 - doubt) - 1)
