"""What a coupon takes off a cart, in integer minor units.

Rounding rule: a percentage is rounded down to the minor unit, so the discount is never above the stated
percent; the cap and the cart total bound it. A discount over several lines is split in proportion to their
amounts, each line rounded down and the remaining units given one by one to the largest remainders
(Hamilton's method), so that the parts add up to the whole and no line goes below zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

BASIS_POINTS = 10_000

Kind = Literal["amount_off", "percent_off"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the coupon promises.

    kind and value: "amount_off" with minor units, or "percent_off" with basis points (1-10,000; "20 % off",
    in Chinese 八折, is 2,000). threshold_minor: smallest eligible total, 0 for none. cap_minor: largest
    discount, None for none; only for percent_off.
    """

    kind: Kind
    value: int
    threshold_minor: int = 0
    cap_minor: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in ("amount_off", "percent_off"):
            raise ValueError("a coupon is amount_off or percent_off")
        if self.value < 1 or (self.kind == "percent_off" and self.value > BASIS_POINTS):
            raise ValueError("the value must be at least 1 and a percentage at most 10,000 basis points")
        if self.threshold_minor < 0:
            raise ValueError("the threshold must not be negative")
        if self.cap_minor is not None and (self.kind != "percent_off" or self.cap_minor < 1):
            raise ValueError("only a percentage has a cap, of at least 1 minor unit")


def discount(terms: Terms, eligible_total_minor: int) -> int:
    """Return the discount in minor units on the eligible part of a cart: 0 below the threshold, never above
    the total.

    Raises: ValueError for a negative total.
    """
    if eligible_total_minor < 0:
        raise ValueError("the total must not be negative")
    if eligible_total_minor < terms.threshold_minor:
        return 0
    if terms.kind == "amount_off":
        return min(terms.value, eligible_total_minor)
    off = eligible_total_minor * terms.value // BASIS_POINTS
    return off if terms.cap_minor is None else min(off, terms.cap_minor)


def split(discount_minor: int, lines_minor: Sequence[int]) -> list[int]:
    """Return each line's part of the discount, in the order of the lines; ties go to the earlier line.

    Raises: ValueError for a negative amount, or a discount above the sum of the lines.
    """
    total = sum(lines_minor)
    if discount_minor < 0 or any(line < 0 for line in lines_minor):
        raise ValueError("amounts must not be negative")
    if discount_minor > total:
        raise ValueError("the discount must not be above the sum of the lines")
    if total == 0:
        return [0] * len(lines_minor)
    parts = [discount_minor * line // total for line in lines_minor]
    remainders = [discount_minor * line % total for line in lines_minor]
    order = sorted(range(len(parts)), key=lambda position: (-remainders[position], position))
    for position in order[: discount_minor - sum(parts)]:
        parts[position] += 1
    return parts


def refund_value(paid_minor: int, quantity: int, returned_before: int, returning: int) -> int:
    """Return what was paid for some units of a line, given how many came back before.

    The price of a line is spread evenly over its units; what comes back in several steps adds up to what was paid.

    Raises: ValueError for more units than the line has, or for less than one.
    """
    if paid_minor < 0 or returned_before < 0 or returning < 1 or returned_before + returning > quantity:
        raise ValueError("only units that were bought, and did not come back yet, come back")
    after = paid_minor * (returned_before + returning) // quantity
    return after - paid_minor * returned_before // quantity
