"""Which purchase a return gives back, when the shop's books do not say."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Purchase:
    """A line that was bought. ``unreturned`` is its quantity less what earlier returns were matched to it."""

    id: int
    buyer: Hashable
    product: Hashable
    bought_at: datetime
    unit_price_minor: int
    unreturned: int


@dataclass(frozen=True)
class Return:
    """A line that came back; ``quantity`` is positive."""

    id: int
    buyer: Hashable
    product: Hashable
    returned_at: datetime
    unit_price_minor: int
    quantity: int


def match_returns(returns: Iterable[Return], purchases: Sequence[Purchase]) -> dict[int, int]:
    """Return the purchase of each return that has one.

    A purchase fits when buyer and product are the same, it was not made after the return, and at least the
    returned quantity of it
    has not come back yet. Of those that fit, the ones at the same price go first, then the latest, then the
    highest id. Returns are
    served in order of time and id, so the same rows give the same answer in any order.

    Returns:
        Return id → purchase id; returns without a purchase are left out.
    """
    left = {purchase.id: purchase.unreturned for purchase in purchases}
    known: defaultdict[tuple[Hashable, Hashable], list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        known[purchase.buyer, purchase.product].append(purchase)
    matched: dict[int, int] = {}
    for item in sorted(returns, key=lambda item: (item.returned_at, item.id)):
        fitting = [
            purchase
            for purchase in known[item.buyer, item.product]
            if purchase.bought_at <= item.returned_at and left[purchase.id] >= item.quantity
        ]
        if not fitting:
            continue
        best = max(fitting, key=lambda p: (p.unit_price_minor == item.unit_price_minor, p.bought_at, p.id))
        matched[item.id] = best.id
        left[best.id] -= item.quantity
    return matched
