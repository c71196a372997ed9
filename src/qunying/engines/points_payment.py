"""How many points may pay for a part of an order, and what they save, in integer minor units.

Rounding rule: points are never worth more than the rate says. The money that points save is rounded down to the minor unit, and of
all numbers of points that save the same the smallest is taken, so nobody gives points for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qunying.engines.coupon_value import split

BASIS_POINTS = 10_000
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """What points may pay.

    minor_per_hundred: minor units that a hundred points pay. least_minor: what the goods of an order have to come to.
    share_basis_points: the largest share of what is to be paid for goods that points may pay for (1-10,000). most_minor: the
    most for one order, None for no such limit.
    """

    minor_per_hundred: int
    least_minor: int = 0
    share_basis_points: int = BASIS_POINTS
    most_minor: int | None = None

    def __post_init__(self) -> None:
        if self.minor_per_hundred < 1 or self.least_minor < 0:
            raise ValueError("a hundred points pay at least one minor unit, and an order is not negative")
        if not 1 <= self.share_basis_points <= BASIS_POINTS:
            raise ValueError("the share is 1 to 10,000 basis points")
        if self.most_minor is not None and self.most_minor < 1:
            raise ValueError("the most for one order is at least one minor unit")


@dataclass(frozen=True, slots=True)
class Payment:
    """Points and what they save, and why not more.

    reason: ``all_paid`` (nothing is left that points could pay), ``share`` or ``amount`` (of the terms), ``balance`` (the member
    has no more), ``below_least`` (the order is smaller, by ``missing_minor``), ``no_product`` (points pay for nothing of this
    cart), ``as_asked``.
    """

    points: int
    off_minor: int
    reason: str
    missing_minor: int = 0


def most_points(terms: PaymentTerms, goods_minor: int, payable_minor: int, available: int) -> Payment:
    """Return the most that points may pay.

    Args:
        goods_minor: what is to be paid for all goods. payable_minor: for those that points pay for.
        available: the points that the member may use.

    Raises: ValueError for negative numbers, or more that points pay for than there is.
    """
    if not 0 <= payable_minor <= goods_minor or available < 0:
        raise ValueError("amounts and points are not negative, and a part is not above the whole")
    if goods_minor < terms.least_minor:
        return Payment(0, 0, "below_least", terms.least_minor - goods_minor)
    if payable_minor == 0:
        return Payment(0, 0, "no_product")
    most = payable_minor * terms.share_basis_points // BASIS_POINTS
    reason = "all_paid" if terms.share_basis_points == BASIS_POINTS else "share"
    if terms.most_minor is not None and terms.most_minor < most:
        most, reason = terms.most_minor, "amount"
    enough = most * HUNDRED // terms.minor_per_hundred
    if available < enough:
        enough, reason = available, "balance"
    return _of(terms, enough, reason)


def asked_points(terms: PaymentTerms, most: Payment, asked: int) -> Payment:
    """Return what so many points pay when ``most`` is the most; never more points than asked for, or than are allowed.

    Raises: ValueError for a negative number.
    """
    if asked < 0:
        raise ValueError("points are not negative")
    if asked >= most.points:
        return most
    return _of(terms, asked, "as_asked")


def by_line(payment: Payment, payable_minor: Sequence[int]) -> list[tuple[int, int]]:
    """Return (points, minor units that they save) of each line, in proportion to what is to be paid; both add up to the payment.

    Raises: ValueError when less is to be paid than the points save.
    """
    offs = split(payment.off_minor, payable_minor)
    parts, so_far = [], 0
    for off in offs:
        before = payment.points * so_far // payment.off_minor if payment.off_minor else 0
        so_far += off
        after = payment.points * so_far // payment.off_minor if payment.off_minor else 0
        parts.append((after - before, off))
    return parts


def _of(terms: PaymentTerms, points: int, reason: str) -> Payment:
    off = points * terms.minor_per_hundred // HUNDRED
    return Payment(-(-off * HUNDRED // terms.minor_per_hundred), off, reason)
