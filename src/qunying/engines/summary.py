"""Sums per arm, from which means, variances and covariances follow and which add up across parts.

SQL delivers the same sums for any number of members: count(*), sum(y), sum(y*y), sum(x), sum(x*x),
sum(x*y); a database decimal goes through int() or float() first.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Sums of whole numbers below this bound are exact in 64 bits, also as a floating-point bound estimate.
SAFE_INTEGER_SUM = 2.0**62


@dataclass(frozen=True, slots=True)
class Summary:
    """Sums of one outcome over the units of one arm.

    n: units (members or communities), each counted also when its outcome is 0. total, total_squares: sum of
    the outcome and of its square; whole numbers (orders, minor units) are kept exact, whatever their size.
    """

    n: int
    total: float
    total_squares: float

    @classmethod
    def of(cls, outcomes: ArrayLike) -> Self:
        """Sum up one outcome per unit, shape (n,). Raises: ValueError for other shapes, NaN or infinity."""
        values = _checked(outcomes)
        return cls(len(values), _dot(values, np.ones_like(values)), _dot(values, values))

    def __add__(self, other: "Summary") -> "Summary":
        """Return the summary of both parts together."""
        return Summary(self.n + other.n, self.total + other.total, self.total_squares + other.total_squares)

    @property
    def mean(self) -> float:
        """Mean per unit; 0 for no units."""
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Sample variance (divisor n-1); 0 for fewer than two units."""
        return max(0.0, _covariance(self.n, self.total, self.total, self.total_squares))


@dataclass(frozen=True, slots=True)
class PairedSummary:
    """Sums over the units of one arm of the outcome, of the same unit's figure before the campaign, and of
    their product. The figure before must be fixed before assignment (for example all orders up to the
    launch).
    """

    n: int
    total: float
    total_squares: float
    before_total: float
    before_squares: float
    cross: float

    @classmethod
    def of(cls, outcomes: ArrayLike, before: ArrayLike) -> Self:
        """Sum up one outcome and one earlier figure per unit, both of shape (n,).

        Raises: ValueError for other or unequal shapes, NaN or infinity.
        """
        after, earlier = _checked(outcomes), _checked(before)
        if after.shape != earlier.shape:
            raise ValueError("each unit needs one outcome and one earlier figure")
        ones, earlier_ones = np.ones_like(after), np.ones_like(earlier)
        return cls(
            n=len(after),
            total=_dot(after, ones),
            total_squares=_dot(after, after),
            before_total=_dot(earlier, earlier_ones),
            before_squares=_dot(earlier, earlier),
            cross=_dot(after, earlier),
        )

    def __add__(self, other: "PairedSummary") -> "PairedSummary":
        """Return the summary of both parts together."""
        return PairedSummary(
            n=self.n + other.n,
            total=self.total + other.total,
            total_squares=self.total_squares + other.total_squares,
            before_total=self.before_total + other.before_total,
            before_squares=self.before_squares + other.before_squares,
            cross=self.cross + other.cross,
        )

    @property
    def outcome(self) -> Summary:
        """The outcome alone."""
        return Summary(self.n, self.total, self.total_squares)

    @property
    def before(self) -> Summary:
        """The earlier figure alone."""
        return Summary(self.n, self.before_total, self.before_squares)

    @property
    def covariance(self) -> float:
        """Sample covariance of outcome and earlier figure; 0 for fewer than two units."""
        return _covariance(self.n, self.total, self.before_total, self.cross)


def _covariance(n: int, total: float, other_total: float, cross: float) -> float:
    if n < 2:
        return 0.0
    # Whole numbers stay whole until the division, so that large money amounts lose nothing.
    return (n * cross - total * other_total) / (n * (n - 1))


def _checked(values: ArrayLike) -> NDArray[np.int64] | NDArray[np.float64]:
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError("expected one figure per unit, shape (n,)")
    if array.dtype.kind in "bui" or array.size == 0:
        return array.astype(np.int64)
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError("every figure must be a finite number")
    return numbers


def _dot(
    first: NDArray[np.int64] | NDArray[np.float64], second: NDArray[np.int64] | NDArray[np.float64]
) -> float:
    if first.dtype.kind == "i" and second.dtype.kind == "i":
        if float(np.abs(first.astype(np.float64)) @ np.abs(second.astype(np.float64))) < SAFE_INTEGER_SUM:
            return int(first @ second)
        return int(np.dot(first.astype(object), second.astype(object)))
    return float(first @ second)
