"""A brand that does not exist: its members' orders, drawn from stated truths that an analysis must find again.

Each member arrives once, buys at once, and then at the constant rate of their kind (a Poisson process) until an
exponentially distributed end: the "Pareto/NBD" picture of buying with kinds in place of its gamma mixtures
(Schmittlein, Morrison and Colombo, Management Science 33 (1987), 1-24). Products are popular by Zipf's law.
Everything is drawn from one seeded generator: the same arguments give the same brand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAYS_PER_MONTH = 30.4375
ARRIVALS_END = 0.85  # of the whole period: nobody arrives too late to be seen again
LINES_MORE_THAN_ONE = 1.5  # mean
# Orders by local hour: a small peak at noon, the large one in the evening.
HOUR_WEIGHTS = (3, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 22, 26, 20, 16, 16, 18, 20, 24, 30, 42, 36, 22, 10)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of member: its share of all (0-1), orders per month, and mean months until they buy no more (0: one order)."""

    name: str
    share: float
    monthly_orders: float
    mean_months: float


KINDS = (
    Kind("loyal", 0.1, 1.6, 36.0),
    Kind("regular", 0.3, 0.5, 18.0),
    Kind("occasional", 0.35, 0.15, 12.0),
    Kind("one_time", 0.25, 0.0, 0.0),
)


@dataclass(frozen=True, slots=True)
class Truths:
    """What is true of a simulated brand.

    community_share: members in a community, 0-1. community_factor: their order rate beside others'.
    pair: two products; who buys the first buys the second along with it with ``pair_chance``, 0-1.
    refund_share: orders that are returned whole, 0-1. kinds, hour_weights: see above.
    """

    community_share: float = 0.4
    community_factor: float = 1.3
    pair: tuple[int, int] = (4, 40)
    pair_chance: float = 0.4
    refund_share: float = 0.04
    kinds: tuple[Kind, ...] = KINDS
    hour_weights: tuple[int, ...] = HOUR_WEIGHTS


@dataclass(frozen=True, slots=True)
class SimulatedBrand:
    """Members and order lines as columns; lines are in the order of their times.

    kinds: (members,) place in ``truths.kinds``. arrived: (members,) minutes after the start.
    is_in_community: (members,). order, member, product, quantity, minute: (lines,); ``order`` counts from 0,
    ``minute`` is local time after the start; a return repeats the lines of its order with negative quantity.
    price_minor: (products,) unit price in minor units.
    """

    truths: Truths
    kinds: NDArray[np.int64]
    arrived: NDArray[np.int64]
    is_in_community: NDArray[np.bool_]
    order: NDArray[np.int64]
    member: NDArray[np.int64]
    product: NDArray[np.int64]
    quantity: NDArray[np.int64]
    minute: NDArray[np.int64]
    price_minor: NDArray[np.int64]


def simulate_brand(
    *, members: int, days: int, products: int, seed: int, truths: Truths | None = None
) -> SimulatedBrand:
    """Draw a brand.

    Args:
        members: how many people ever buy, at least 1.
        days: length of the period, at least 1.
        products: size of the range; more than either number of ``truths.pair``.
        seed: of the generator.
        truths: what shall hold; the usual ones when left out.

    Raises:
        ValueError: for sizes out of range or shares of kinds that do not add up to 1.
    """
    truths = truths or Truths()
    if members < 1 or days < 1 or products <= max(truths.pair):
        raise ValueError("at least one member and one day, and more products than the numbers of the pair")
    if abs(sum(kind.share for kind in truths.kinds) - 1) > 1e-9:
        raise ValueError("the shares of the kinds must add up to 1")
    draw = np.random.default_rng(seed)
    kinds = draw.choice(len(truths.kinds), size=members, p=[kind.share for kind in truths.kinds])
    is_in_community = draw.random(members) < truths.community_share
    arrival_day = draw.random(members) * days * ARRIVALS_END
    member, day = _order_days(draw, truths, kinds, is_in_community, arrival_day, days)
    minute = _minutes(draw, truths, day)
    in_time = np.argsort(minute, kind="stable")
    member, minute = member[in_time], minute[in_time]
    order, product = _lines(draw, truths, len(member), products)
    quantity = draw.geometric(0.6, size=len(order))
    first_minute = np.full(members, np.iinfo(np.int64).max)
    np.minimum.at(first_minute, member, minute)
    returned = np.flatnonzero(draw.random(len(member)) < truths.refund_share)
    back = np.flatnonzero(np.isin(order, returned))
    delay = (draw.integers(1, 14, size=len(member)) * 24 * 60)[order[back]]
    columns = {
        "order": np.concatenate([order, order[back]]),
        "product": np.concatenate([product, product[back]]),
        "quantity": np.concatenate([quantity, -quantity[back]]),
        "minute": np.concatenate([minute[order], minute[order[back]] + delay]),
    }
    by_time = np.argsort(columns["minute"], kind="stable")
    columns = {name: values[by_time] for name, values in columns.items()}
    return SimulatedBrand(
        truths=truths,
        kinds=kinds,
        arrived=first_minute,
        is_in_community=is_in_community,
        member=member[columns["order"]],
        price_minor=np.maximum(100, np.exp(draw.normal(8.2, 0.7, size=products)) // 100 * 100 - 10).astype(
            np.int64
        ),
        **columns,
    )


def _order_days(
    draw: np.random.Generator,
    truths: Truths,
    kinds: NDArray[np.int64],
    is_in_community: NDArray[np.bool_],
    arrival_day: NDArray[np.float64],
    days: int,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return (member, day after the start) of each order: one at arrival, the others anywhere in the member's life."""
    mean_days = np.array([kind.mean_months for kind in truths.kinds])[kinds] * DAYS_PER_MONTH
    daily = np.array([kind.monthly_orders for kind in truths.kinds])[kinds] / DAYS_PER_MONTH
    daily = daily * np.where(is_in_community, truths.community_factor, 1.0)
    life = np.minimum(draw.exponential(1.0, size=len(kinds)) * mean_days, days - arrival_day)
    later = draw.poisson(daily * life)
    again = np.repeat(np.arange(len(kinds)), later)
    day = arrival_day[again] + draw.random(len(again)) * life[again]
    return np.concatenate([np.arange(len(kinds)), again]), np.concatenate([arrival_day, day])


def _minutes(draw: np.random.Generator, truths: Truths, day: NDArray[np.float64]) -> NDArray[np.int64]:
    weights = np.array(truths.hour_weights, dtype=float)
    hour = draw.choice(len(weights), size=len(day), p=weights / weights.sum())
    return np.floor(day).astype(np.int64) * 1440 + hour * 60 + draw.integers(0, 60, size=len(day))


def _lines(
    draw: np.random.Generator, truths: Truths, orders: int, products: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return (order, product) of each line; nobody has one product twice in an order."""
    popularity = 1 / np.arange(1, products + 1) ** 0.9
    order = np.repeat(np.arange(orders), 1 + draw.poisson(LINES_MORE_THAN_ONE, size=orders))
    product = draw.choice(products, size=len(order), p=popularity / popularity.sum())
    anchor, companion = truths.pair
    along = order[(product == anchor) & (draw.random(len(order)) < truths.pair_chance)]
    pairs = np.unique(np.concatenate([order * products + product, along * products + companion]))
    return pairs // products, pairs % products
