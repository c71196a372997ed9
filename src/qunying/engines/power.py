"""Statistical power before launch: which lift can the chosen holdout show?

Two-sided t test of two means, its power from the noncentral t distribution: J. Cohen, "Statistical Power
Analysis for the Behavioral Sciences" (2nd edition, 1988), chapter 2. Two things are added, both checked
against simulated campaigns on real orders. A lift is taken as proportional, so it raises the treated
members' deviation as well as their mean (20 % more orders for everybody: deviation × 1.2), and the standard
error is the larger of Welch's and the pooled one, as in `effect`. And when each member's past explains a
share of the variance, only the rest counts: Deng, Xu, Kohavi and Walker, WSDM 2013, section 3.
"""

import math
from dataclasses import dataclass

from scipy import special

DEFAULT_ALPHA = 0.05
DEFAULT_POWER = 0.8
BASIS_POINTS = 10_000
HALF = 5_000
# Above this the t distribution is the normal one to four digits, and the noncentral t needless work.
NORMAL_FROM = 2_000
LARGEST_LIFT = 100.0
PRECISION = 1e-6


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of the outcome per member, from a comparable period.

    mean, deviation: mean and standard deviation in the outcome's unit. explained: share of its variance
    that the members' past explains (squared correlation), 0-1; 0 when the analysis does not use the past.
    """

    mean: float
    deviation: float
    explained: float = 0.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.deviation) and self.deviation >= 0):
            raise ValueError("mean and deviation must be finite, the deviation not negative")
        if not 0 <= self.explained < 1:
            raise ValueError("the explained share must be at least 0 and below 1")

    @property
    def remaining_deviation(self) -> float:
        """Standard deviation that is left after the past has been subtracted."""
        return self.deviation * math.sqrt(1 - self.explained)


def power(
    outcome: Outcome, *, treated: int, control: int, relative_lift: float, alpha: float = DEFAULT_ALPHA
) -> float:
    """Return the probability, 0-1, that a true lift of this size comes out proven.

    treated, control: members per arm. relative_lift: 0.2 = 20 % more than the mean; negative for a loss.
    With fewer than two members in an arm nothing can be proven: 0. Without any deviation, every lift is: 1.
    Raises: ValueError for an alpha outside 0-1.
    """
    _check_probability(alpha)
    if min(treated, control) < 2:
        return 0.0
    effect = abs(relative_lift * outcome.mean)
    if effect == 0:
        return alpha
    error = _standard_error(outcome, treated, control, relative_lift)
    return _power(effect / error, treated + control - 2, alpha) if error > 0 else 1.0


def smallest_lift(
    outcome: Outcome,
    *,
    treated: int,
    control: int,
    wanted_power: float = DEFAULT_POWER,
    alpha: float = DEFAULT_ALPHA,
) -> float | None:
    """Return the smallest relative lift that comes out proven with the wanted probability.

    None when no lift up to a hundredfold does: an arm with fewer than two members, a mean that is not above
    0, or an outcome too uneven for so few members. 0 when nothing deviates. Raises: ValueError for
    probabilities outside 0-1, or a wanted power not above alpha.
    """
    _check_wanted(wanted_power, alpha)
    if min(treated, control) < 2 or outcome.mean <= 0:
        return None
    if outcome.deviation == 0:
        return 0.0

    def reached(lift: float) -> bool:
        found = power(outcome, treated=treated, control=control, relative_lift=lift, alpha=alpha)
        return found >= wanted_power

    low, high = 0.0, LARGEST_LIFT
    if not reached(high):
        return None
    while high - low > PRECISION * high:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def required_holdout(
    outcome: Outcome,
    *,
    audience: int,
    relative_lift: float,
    wanted_power: float = DEFAULT_POWER,
    alpha: float = DEFAULT_ALPHA,
) -> int | None:
    """Return the smallest holdout, in basis points of the audience (1-5,000), that proves this lift with
    the wanted probability; None when even half of the audience is not enough.

    Raises: ValueError for probabilities outside 0-1, or a wanted power not above alpha.
    """
    _check_wanted(wanted_power, alpha)

    def reached(basis_points: int) -> bool:
        control = audience * basis_points // BASIS_POINTS
        found = power(
            outcome, treated=audience - control, control=control, relative_lift=relative_lift, alpha=alpha
        )
        return found >= wanted_power

    if not reached(HALF):
        return None
    low, high = 0, HALF
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _standard_error(outcome: Outcome, treated: int, control: int, relative_lift: float) -> float:
    """Standard error of the difference that the analysis will report: Welch's or the pooled one if larger."""
    growth = (1 + relative_lift) ** 2
    pooled = ((treated - 1) * growth + control - 1) / (treated + control - 2)
    variance = max(growth / treated + 1 / control, pooled * (1 / treated + 1 / control))
    return outcome.remaining_deviation * math.sqrt(variance)


def _power(standard_errors: float, degrees: int, alpha: float) -> float:
    """Power when the effect measures this many standard errors; both tails count."""
    if degrees >= NORMAL_FROM:
        limit = float(special.ndtri(1 - alpha / 2))
        return float(special.ndtr(standard_errors - limit) + special.ndtr(-standard_errors - limit))
    limit = float(special.stdtrit(degrees, 1 - alpha / 2))
    if standard_errors > limit + 20:
        return 1.0
    above = 1 - float(special.nctdtr(degrees, standard_errors, limit))
    below = float(special.nctdtr(degrees, standard_errors, -limit))
    return min(1.0, max(0.0, above) + max(0.0, below))


def _check_wanted(wanted_power: float, alpha: float) -> None:
    _check_probability(alpha)
    _check_probability(wanted_power)
    if wanted_power <= alpha:
        raise ValueError("the wanted power must be above alpha")


def _check_probability(value: float) -> None:
    if not 0 < value < 1:
        raise ValueError("a probability must lie between 0 and 1")
