"""What offers on a cart promise, and what one of them takes off, in integer minor units.

A cart has lines (quantity times unit price) and perhaps a charge for shipping. An offer has a *benefit*, a *scope*
(which lines it counts and lowers), conditions, and rules of stacking. What it takes off is spread over its lines in
proportion to what each of them may still give, by largest remainders, so that the parts add up to the whole and no
line falls below its floor. Percentages are rounded down to the minor unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from qunying.engines.coupon_value import BASIS_POINTS

LARGEST = 10**12
MOST_UNITS = 100_000


@dataclass(frozen=True, slots=True)
class CartLine:
    """One line. ``unit_price_minor`` is the list price of one unit; ``floor_minor`` the least that the whole line
    may come to, whatever offers there are; ``tags`` say what the product is (categories, brands, seasons).
    """

    id: str
    product: str
    quantity: int
    unit_price_minor: int
    tags: frozenset[str] = frozenset()
    floor_minor: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST_UNITS or not 0 <= self.unit_price_minor <= LARGEST:
            raise ValueError("a line has at least one unit, and a price of at least nothing")
        if not 0 <= self.floor_minor <= self.list_minor <= LARGEST:
            raise ValueError("the floor of a line lies between nothing and its list price")

    @property
    def list_minor(self) -> int:
        """What the line costs without offers."""
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True, slots=True)
class Cart:
    """What a member is about to buy. ``channel`` is "online" or "store"; ``store`` the store's code; ``now`` aware."""

    lines: tuple[CartLine, ...]
    currency: str
    now: datetime
    shipping_minor: int = 0
    channel: str = "online"
    store: str = ""
    tier: str = ""

    def __post_init__(self) -> None:
        if len({line.id for line in self.lines}) != len(self.lines):
            raise ValueError("the lines of a cart have different ids")
        if not 0 <= self.shipping_minor <= LARGEST or self.now.tzinfo is None:
            raise ValueError("shipping costs at least nothing, and the time has a zone")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which lines: those of some products or with one of some tags (none named: all), less the excluded ones."""

    products: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    without_products: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()

    def covers(self, line: CartLine) -> bool:
        """Tell whether the line is meant."""
        if line.product in self.without_products or line.tags & self.without_tags:
            return False
        if not self.products and not self.tags:
            return True
        return line.product in self.products or bool(line.tags & self.tags)


@dataclass(frozen=True, slots=True)
class AmountOff:
    """So much off (with a threshold: 满300减50)."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class PercentOff:
    """A share off the total of its lines, 2,000 basis points is 八折; at most ``cap_minor``."""

    basis_points: int
    cap_minor: int | None = None


@dataclass(frozen=True, slots=True)
class StepsOff:
    """The amount of the highest step that is reached: ((20000, 2000), (30000, 5000)) is 满200减20, 满300减50."""

    steps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class EveryOff:
    """So much off for every full ``each_minor`` (每满300减50), at most ``most_times`` times."""

    each_minor: int
    amount_minor: int
    most_times: int | None = None


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """Every unit at this price: a fixed, member or limited-time price. Lines that cost less keep their price."""

    price_minor: int


@dataclass(frozen=True, slots=True)
class UnitPercent:
    """A share off each line's list price, rounded down by line: a limited-time discount (限时折扣)."""

    basis_points: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Any ``units`` units for one price (任选3件99元), as often as it goes; dearest units first, while that saves."""

    units: int
    price_minor: int
    most_times: int | None = None


@dataclass(frozen=True, slots=True)
class BuyGet:
    """Of every ``buy + get`` units, in the order of their prices, the ``get`` cheapest are free (买2送1)."""

    buy: int
    get: int
    most_times: int | None = None


@dataclass(frozen=True, slots=True)
class Gift:
    """Something added to the parcel; ``worth_minor`` is what one unit is worth to the member."""

    product: str
    quantity: int
    worth_minor: int


@dataclass(frozen=True, slots=True)
class FreeShipping:
    """Shipping for nothing, at most ``cap_minor`` of it."""

    cap_minor: int | None = None


Benefit = (
    AmountOff
    | PercentOff
    | StepsOff
    | EveryOff
    | UnitPrice
    | UnitPercent
    | Bundle
    | BuyGet
    | Gift
    | FreeShipping
)
PRICE_TAGS = (UnitPrice, UnitPercent)


@dataclass(frozen=True, slots=True)
class Offer:
    """An automatic offer, or a coupon.

    Conditions: ``starts_at`` ≤ now < ``ends_at``; the cart's channel, store and tier are among the named ones (none
    named: any); ``currency`` is the cart's; the lines of the scope come to ``threshold_minor`` and have
    ``least_units`` units.

    Stacking: offers are worked out in the order of ``stage``, then id. ``counts`` says whether threshold and benefit
    go by what earlier offers have "left", or by the "list" prices. Of a ``group`` (empty: none) at most one offer
    serves the same line, or with ``once_per`` "cart" at most one the same cart; of a ``family`` (the coupons of one
    kind) at most one serves a cart. ``alone`` "lines": its lines count for no other offer and are lowered by none;
    "cart": nothing else at all.

    Price tags (``UnitPrice``, ``UnitPercent``) change list prices before everything else; of several a line has the
    lowest. Thresholds, groups and stages are not for them.
    """

    id: str
    benefit: Benefit
    currency: str
    scope: Scope = field(default_factory=Scope)
    is_coupon: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    channels: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    threshold_minor: int = 0
    least_units: int = 0
    stage: int = 5
    counts: Literal["left", "list"] = "left"
    group: str = ""
    once_per: Literal["line", "cart"] = "line"
    family: str = ""
    alone: Literal["no", "lines", "cart"] = "no"

    def __post_init__(self) -> None:
        problem = _problem(self.benefit)
        if self.threshold_minor < 0 or self.least_units < 0:
            problem = "a threshold is not below nothing"
        if isinstance(self.benefit, PRICE_TAGS) and (self.threshold_minor or self.is_coupon):
            problem = "a price tag has no threshold and is no coupon"
        if problem:
            raise ValueError(problem)


def _problem(benefit: Benefit) -> str:  # noqa: C901 - one case a kind
    match benefit:
        case AmountOff(amount) if amount < 1:
            return "an amount off is at least 1"
        case PercentOff(points, cap) if not 1 <= points <= BASIS_POINTS or (cap is not None and cap < 1):
            return "a percentage lies between 1 and 10,000 basis points, its cap is at least 1"
        case UnitPercent(points) if not 1 <= points <= BASIS_POINTS:
            return "a percentage lies between 1 and 10,000 basis points"
        case StepsOff(steps) if not steps or list(steps) != sorted(set(steps)) or not _rising(steps):
            return "steps rise, and each takes off at least 1 and at most its threshold"
        case EveryOff(each, amount, times) if not 1 <= amount <= each or (times is not None and times < 1):
            return "for every full amount at least 1 and at most that amount comes off"
        case UnitPrice(price) if price < 0:
            return "a price is not below nothing"
        case Bundle(units, price, times) if units < 1 or price < 0 or (times is not None and times < 1):
            return "a bundle has at least one unit, and a price of at least nothing"
        case BuyGet(buy, get, times) if buy < 1 or get < 1 or (times is not None and times < 1):
            return "one buys at least one unit and gets at least one"
        case Gift(product, quantity, worth) if not product or quantity < 1 or worth < 1:
            return "a gift is at least one unit of a product that is worth something"
        case FreeShipping(cap) if cap is not None and cap < 1:
            return "the cap on shipping is at least 1"
    return ""


def _rising(steps: Sequence[tuple[int, int]]) -> bool:
    return all(1 <= off <= threshold for threshold, off in steps) and all(
        lower[0] < higher[0] and lower[1] < higher[1] for lower, higher in pairwise(steps)
    )


def amount_off(offer: Offer, amounts: Sequence[int], quantities: Sequence[int], shipping_minor: int) -> int:
    """Return what an offer takes off lines of these amounts, before any floor; 0 when its conditions are not met.

    Never more when an amount is smaller: the search relies on it. A gift takes nothing off.
    """
    total = sum(amounts)
    if not amounts or total < offer.threshold_minor or sum(quantities) < offer.least_units:
        return 0
    match offer.benefit:
        case AmountOff(amount):
            off = amount
        case PercentOff(points, cap):
            off = min(total * points // BASIS_POINTS, LARGEST if cap is None else cap)
        case StepsOff(steps):
            off = max((less for threshold, less in steps if threshold <= total), default=0)
        case EveryOff(each, amount, times):
            off = min(total // each, LARGEST if times is None else times) * amount
        case Bundle() | BuyGet():
            off = _units_off(offer.benefit, amounts, quantities)[0]
        case FreeShipping(cap):
            return min(shipping_minor, LARGEST if cap is None else cap)
        case _:
            off = 0
    return min(off, total)


def tag_off(benefit: Benefit, line: CartLine) -> int:
    """Return what a price tag takes off a line, never below its floor."""
    off = 0
    if isinstance(benefit, UnitPrice):
        off = line.list_minor - line.quantity * benefit.price_minor
    elif isinstance(benefit, UnitPercent):
        off = line.list_minor * benefit.basis_points // BASIS_POINTS
    return max(0, min(off, line.list_minor - line.floor_minor))


def taking_part(offer: Offer, amounts: Sequence[int], quantities: Sequence[int]) -> list[int]:
    """Return how much of each line takes part in the offer: all of it, but for bundles only the units in them."""
    if isinstance(offer.benefit, Bundle | BuyGet):
        return _units_off(offer.benefit, amounts, quantities)[1]
    return list(amounts)


def _units_off(
    benefit: Bundle | BuyGet, amounts: Sequence[int], quantities: Sequence[int]
) -> tuple[int, list[int]]:
    """Return what comes off, and by line the amount of the units in the groups; a line's units are priced evenly."""
    runs = sorted(
        (run for at, pair in enumerate(zip(amounts, quantities, strict=True)) for run in _runs(at, *pair)),
        key=lambda run: (-run[0], run[2]),
    )
    size = benefit.units if isinstance(benefit, Bundle) else benefit.buy + benefit.get
    times = sum(quantities) // size
    if benefit.most_times is not None:
        times = min(times, benefit.most_times)
    if isinstance(benefit, Bundle):
        times = _worth_while(runs, size, benefit.price_minor, times)
        taking = _taken(runs, times * size, len(amounts))
        return sum(taking) - times * benefit.price_minor, taking
    off = position = 0
    for value, count, _at in runs:
        off += value * (
            _free_before(position + count, benefit, times) - _free_before(position, benefit, times)
        )
        position += count
    return off, _taken(runs, times * size, len(amounts))


def _runs(at: int, amount: int, quantity: int) -> list[tuple[int, int, int]]:
    """Return the units of a line as (value, how many, line): the odd minor units go to the first ones."""
    value, dearer = divmod(amount, quantity)
    return [run for run in ((value + 1, dearer, at), (value, quantity - dearer, at)) if run[1]]


def _free_before(position: int, benefit: BuyGet, times: int) -> int:
    """Return how many of the first units, dearest first, are free: the last ``get`` of each full group."""
    full, rest = divmod(position, benefit.buy + benefit.get)
    if full >= times:
        return times * benefit.get
    return full * benefit.get + max(0, rest - benefit.buy)


def _worth_while(runs: Sequence[tuple[int, int, int]], size: int, price: int, times: int) -> int:
    """Return how many bundles save something: sums of groups only fall, so the last such one is found by halving."""
    least, most = 0, times
    while least < most:
        middle = (least + most + 1) // 2
        group = _first(runs, middle * size) - _first(runs, (middle - 1) * size)
        least, most = (middle, most) if group > price else (least, middle - 1)
    return least


def _first(runs: Sequence[tuple[int, int, int]], units: int) -> int:
    total = 0
    for value, count, _at in runs:
        total += value * min(count, units)
        units -= min(count, units)
    return total


def _taken(runs: Sequence[tuple[int, int, int]], units: int, lines: int) -> list[int]:
    taking = [0] * lines
    for value, count, at in runs:
        taking[at] += value * min(count, units)
        units -= min(count, units)
    return taking
