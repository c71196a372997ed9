"""Pre-flight: what an offer will probably cost, and whether its stock will last.

Model: every member of the audience wants the coupon with the same unknown probability, gets one while the
pool lasts, and redeems it with another unknown probability; every redemption costs a discount drawn from a
distribution of which mean and deviation are known. What is unknown about a rate, because it was seen on few
earlier members or guessed, is a beta distribution (A. Gelman et al., "Bayesian Data Analysis", 3rd edition
2013, section 2.4); for large audiences this doubt, not chance, makes the interval wide.

Computation: no random numbers. Both betas are cut into slices of equal probability; within a pair of slices
demand is binomial, claims are demand capped by the pool (both moments exact, from incomplete beta
functions), and the cost of the redemptions follows a gamma distribution with the compound sum's mean and
variance (S. A. Klugman, H. H. Panjer and G. E. Willmot, "Loss Models", 4th edition 2012, section 9.3).
Intervals are quantiles of the mixture.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

SLICES = 64
BISECTIONS = 60
# Means below this many minor units are nothing; the gamma distribution would divide by them.
NOTHING = 1e-9

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """A probability and how well it is known.

    expected: 0-1. evidence: on how many earlier members it rests, at least 1; None when it is exactly known.
    """

    expected: float
    evidence: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.expected <= 1:
            raise ValueError("a rate must lie between 0 and 1")
        if self.evidence is not None and not self.evidence >= 1:
            raise ValueError("the evidence must be at least one member")

    @classmethod
    def seen(cls, successes: int, trials: int) -> Self:
        """The rate behind an earlier campaign's result, with Jeffreys' prior (half a success, half a
        failure).
        """
        if not 0 <= successes <= trials:
            raise ValueError("there cannot be more successes than trials, or fewer than none")
        return cls((successes + 0.5) / (trials + 1), trials + 1)

    def slices(self) -> Floats:
        """Return equally probable values, shape (64,), or the one known value."""
        if self.evidence is None or self.expected in (0, 1):
            return np.array([self.expected])
        middles = (np.arange(SLICES) + 0.5) / SLICES
        first = self.expected * self.evidence
        values = special.betaincinv(first, self.evidence - first, middles)
        return np.asarray(values, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Discount:
    """Mean and standard deviation of the discount per redemption, in minor units."""

    mean_minor: float
    deviation_minor: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.mean_minor < math.inf and 0 <= self.deviation_minor < math.inf):
            raise ValueError("mean and deviation of the discount must be finite and not negative")
        if self.mean_minor == 0 < self.deviation_minor:
            raise ValueError("a discount that is always 0 must not deviate")

    @classmethod
    def of(cls, discounts_minor: ArrayLike) -> Self:
        """Take both from the discounts that past carts would have had, shape (n,), n at least 1."""
        values = np.asarray(discounts_minor, dtype=np.float64)
        if values.ndim != 1 or not values.size:
            raise ValueError("expected at least one discount, shape (n,)")
        return cls(float(values.mean()), float(values.std()))


@dataclass(frozen=True, slots=True)
class Estimate:
    """An expected figure with the interval that holds it with the stated confidence."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """demand: members who will want the coupon. claims: those who get one. cost_minor: of all redemptions.

    stock_out: probability (0-1) that somebody who wants one goes without; 0 without a pool limit.
    over_budget: probability that the cost is above the budget; None without a budget.
    """

    demand: Estimate
    claims: Estimate
    redemptions: Estimate
    cost_minor: Estimate
    stock_out: float
    over_budget: float | None


def forecast(
    *,
    audience: int,
    claim_rate: Rate,
    redemption_rate: Rate,
    discount: Discount,
    pool: int | None = None,
    budget_minor: int | None = None,
    confidence: float = 0.95,
) -> Forecast:
    """Return expected take-up and cost of an offer to `audience` members, one coupon each.

    pool: coupons there are, None for no limit. confidence: of all intervals, 0-1 exclusive.
    Raises: ValueError for negative numbers, or a confidence outside 0-1.
    """
    if audience < 0 or (pool is not None and pool < 0):
        raise ValueError("audience and pool must not be negative")
    if not 0 < confidence < 1:
        raise ValueError("confidence must lie between 0 and 1")
    stock = audience if pool is None else min(pool, audience)
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)
    wanted = claim_rate.slices()
    demand = _counts(audience, wanted, audience, tails)
    claims = _counts(audience, wanted, stock, tails)
    claimed, claimed_square = _capped_moments(audience, wanted, stock)
    redeemed = np.repeat(redemption_rate.slices()[None, :], len(wanted), axis=0)
    mean = claimed[:, None] * redeemed
    spread = np.maximum(claimed_square - claimed**2, 0.0)[:, None]
    variance = mean * (1 - redeemed) + spread * redeemed**2
    cost_mean = discount.mean_minor * mean
    cost_variance = discount.deviation_minor**2 * mean + discount.mean_minor**2 * variance
    return Forecast(
        demand=demand,
        claims=claims,
        redemptions=_sums(mean, variance, tails),
        cost_minor=_sums(cost_mean, cost_variance, tails),
        stock_out=float(1 - _binomial_up_to(stock, audience, wanted).mean()) if stock < audience else 0.0,
        over_budget=None
        if budget_minor is None
        else float(1 - _share_below(budget_minor, cost_mean, cost_variance)),
    )


def _binomial_up_to(limit: int, trials: int, chance: Floats) -> Floats:
    """Probability of at most `limit` successes for each chance."""
    if limit < 0:
        return np.zeros_like(chance)
    if limit >= trials:
        return np.ones_like(chance)
    return np.asarray(special.betainc(trials - limit, limit + 1, 1 - chance), dtype=np.float64)


def _capped_moments(trials: int, chance: Floats, cap: int) -> tuple[Floats, Floats]:
    """First and second moment of min(binomial, cap) for each chance."""
    above = 1 - _binomial_up_to(cap, trials, chance)
    first = trials * chance * _binomial_up_to(cap - 1, trials - 1, chance)
    pairs = trials * (trials - 1) * chance**2 * _binomial_up_to(cap - 2, trials - 2, chance)
    return first + cap * above, pairs + first + cap**2 * above


def _counts(trials: int, chance: Floats, cap: int, tails: tuple[float, float]) -> Estimate:
    """Mean and quantiles of min(binomial, cap) over all slices of the chance."""
    ends = []
    for tail in tails:
        low, high = -1, cap
        while high - low > 1:
            middle = (low + high) // 2
            reached = float(_binomial_up_to(middle, trials, chance).mean()) >= tail
            low, high = (low, middle) if reached else (middle, high)
        ends.append(float(high))
    return Estimate(float(_capped_moments(trials, chance, cap)[0].mean()), ends[0], ends[1])


def _sums(mean: Floats, variance: Floats, tails: tuple[float, float]) -> Estimate:
    """Mean and quantiles of the mixture of gamma distributions with these means and variances."""
    ends = []
    for tail in tails:
        low, high = 0.0, float((mean + 20 * np.sqrt(variance)).max()) + 1
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            reached = _share_below(middle, mean, variance) >= tail
            low, high = (low, middle) if reached else (middle, high)
        ends.append(high)
    return Estimate(float(mean.mean()), ends[0], ends[1])


def _share_below(limit: float, mean: Floats, variance: Floats) -> float:
    """Probability that the mixture is at most `limit`; without variance all of a slice lies on its mean."""
    certain = (variance <= 1e-12 * np.maximum(mean, 1) ** 2) | (mean < NOTHING)
    spread = np.where(certain, 1.0, variance)
    middle = np.where(certain, 1.0, mean)
    gamma = special.gammainc(middle**2 / spread, max(limit, 0.0) * middle / spread)
    return float(np.where(certain, mean <= limit * (1 + 1e-9), gamma).mean())
