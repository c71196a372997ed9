"""How unusual a count is against its own past: bursts, not volume.

A topic that a thousand people speak about every day is large, not hot. The past gives each topic a rate of its own;
the score says how surprising the present count is under that rate.

Counts are Poisson with a gamma prior on the rate (A. Gelman et al., "Bayesian Data Analysis", 3rd ed. 2013, §2.6), so
the next count is negative binomial. Old windows weigh less, by half every `half_life` windows (exponential
discounting of evidence: M. West and J. Harrison, "Bayesian Forecasting and Dynamic Models", 2nd ed. 1997, §10.8). No
topic's rate is believed to be steadier than `spread`: real days differ by more than Poisson counts do.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

# A rate of one per window is what is believed of a topic that nobody knows yet.
PRIOR_SHAPE = 1.0
PRIOR_RATE = 1.0
MAX_SCORE = 300.0


def expected(past: ArrayLike, *, half_life: float = 7.0) -> NDArray[np.float64]:
    """Return the rate that each topic's own past promises for the present window.

    past: counts, shape (topics, windows), the newest window first. half_life: in windows. Returns shape (topics,).
    Raises: ValueError for other shapes, negative or infinite counts, or a half-life that is not positive.
    """
    counts = _checked(past, half_life)
    weights = 0.5 ** (np.arange(counts.shape[1]) / half_life)
    rates = (PRIOR_SHAPE + counts @ weights) / (PRIOR_RATE + weights.sum())
    return rates.astype(np.float64)


def burst(
    recent: ArrayLike, past: ArrayLike, *, half_life: float = 7.0, spread: float = 0.25
) -> NDArray[np.float64]:
    """Return how surprising each recent count is: -log10 of the probability of seeing so many or more.

    recent: counts of the present window, shape (topics,). past: as for `expected`. spread: the relative deviation of
    the rate from window to window that is normal for every topic, 0 to 1. Returns shape (topics,), 0 (nothing
    unusual) to 300; 3 is one chance in a thousand.
    Raises: ValueError for other shapes or values.
    """
    now = np.asarray(recent, dtype=np.float64)
    counts = _checked(past, half_life)
    if now.ndim != 1 or len(now) != len(counts) or not np.isfinite(now).all() or (now < 0).any():
        raise ValueError("there must be one recent count, not negative, for each topic")
    if not 0 < spread <= 1:
        raise ValueError("the spread must lie between 0 and 1")
    weights = 0.5 ** (np.arange(counts.shape[1]) / half_life)
    mean = expected(counts, half_life=half_life)
    shape = np.minimum(PRIOR_SHAPE + counts @ weights, 1 / spread**2)
    rate = shape / mean
    # Of a negative binomial count, P(X ≥ k) is the regularised incomplete beta function; P(X ≥ 0) is 1.
    chance = np.where(now > 0, special.betainc(np.maximum(now, 1), shape, 1 / (rate + 1)), 1.0)
    return -np.log10(np.maximum(chance, 10**-MAX_SCORE)) + 0.0


def _checked(past: ArrayLike, half_life: float) -> NDArray[np.float64]:
    counts = np.asarray(past, dtype=np.float64)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError("the past is a table of counts, topics by windows")
    if not half_life > 0:
        raise ValueError("the half-life must be positive")
    return counts
