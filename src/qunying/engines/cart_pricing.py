"""The best price that offers allow for a cart, and why: which are used, which are not, what each line comes to.

**The criterion.** Price tags come first: of those that cover a line it has the lowest. Then, of all combinations of
the other offers that the rules of stacking allow, worked out one after the other (``cart_offers.Offer``), the one is
taken that

1. costs the member least, goods and shipping together,
2. then brings the gifts that are worth most,
3. then uses the fewest coupons, and then the fewest offers,
4. then comes first in the order of its offers' ids.

So the answer does not depend on the order of lines or offers. It is searched for exactly, by branch and bound: a
branch is cut only when an upper bound of what its offers can still take off shows that it costs more. After
``MOST_STEPS`` steps the best found so far is returned, with ``is_proven`` false.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qunying.engines.cart_bounds import Bounds, Candidate, clashes
from qunying.engines.cart_offers import (
    PRICE_TAGS,
    Cart,
    FreeShipping,
    Gift,
    Offer,
    amount_off,
    tag_off,
    taking_part,
)
from qunying.engines.coupon_value import split

MOST_STEPS = 20_000


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line, what is paid for it, and what each offer took off it."""

    id: str
    quantity: int
    list_minor: int
    paid_minor: int
    off_by: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class UsedOffer:
    """What an offer brings: money off the goods, off shipping, or a gift."""

    id: str
    off_minor: int
    off_shipping_minor: int = 0
    gift: Gift | None = None


@dataclass(frozen=True, slots=True)
class UnusedOffer:
    """Why an offer is not used.

    reason: ``not_yet``, ``over``, ``other_currency``, ``other_channel``, ``other_store``, ``other_tier``,
    ``no_product`` (nothing of the cart is in its scope), ``too_few_units``, ``below_threshold`` (by
    ``missing_minor``), ``excluded`` (by the offers in ``because_of``), ``no_effect`` (nothing is left that it could
    lower), ``better_without`` (allowed, but the cart costs no less with it).
    """

    id: str
    reason: str
    missing_minor: int = 0
    because_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What the cart costs. ``lines`` are in the order of the cart, offers in the order of their ids."""

    list_minor: int
    goods_minor: int
    shipping_minor: int
    lines: tuple[PricedLine, ...]
    used: tuple[UsedOffer, ...]
    unused: tuple[UnusedOffer, ...]
    steps: int
    is_proven: bool

    @property
    def total_minor(self) -> int:
        """What the member pays, shipping included."""
        return self.goods_minor + self.shipping_minor


@dataclass(frozen=True, slots=True)
class _Taken:
    """An offer at work: what it took off each line and off shipping, and what was left before."""

    offer: Offer
    parts: tuple[int, ...]
    off_shipping: int
    before: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    key: tuple[int, int, int, int, tuple[str, ...]]
    left: tuple[int, ...]
    shipping: int
    taken: tuple[_Taken, ...]
    closed: frozenset[int]


def price_cart(cart: Cart, offers: Sequence[Offer], *, most_steps: int = MOST_STEPS) -> Price:
    """Return the member's best price of a cart under the criterion above.

    Raises: ValueError for two offers of one id.
    """
    if len({offer.id for offer in offers}) != len(offers):
        raise ValueError("offers have different ids")
    ordered = sorted(cart.lines, key=lambda line: line.id)
    fit = sorted((o for o in offers if not not_fitting(o, cart)), key=lambda o: (o.stage, o.id))
    search = _Search(replace(cart, lines=tuple(ordered)), fit, most_steps)
    found = search.run()
    return _explained(cart, search, found, sorted(offers, key=lambda offer: offer.id))


def not_fitting(offer: Offer, cart: Cart) -> str:
    """Return why an offer cannot be used for a cart whatever else is used, or an empty text."""
    covered = [line for line in cart.lines if offer.scope.covers(line)]
    checks = (
        (offer.starts_at is not None and cart.now < offer.starts_at, "not_yet"),
        (offer.ends_at is not None and cart.now >= offer.ends_at, "over"),
        (offer.currency != cart.currency, "other_currency"),
        (bool(offer.channels) and cart.channel not in offer.channels, "other_channel"),
        (bool(offer.stores) and cart.channel == "store" and cart.store not in offer.stores, "other_store"),
        (bool(offer.tiers) and cart.tier not in offer.tiers, "other_tier"),
        (not covered, "no_product"),
        (sum(line.quantity for line in covered) < offer.least_units, "too_few_units"),
    )
    return next((reason for holds, reason in checks if holds), "")


class _Search:
    """One search for one cart; lines are in the order of their ids, offers in the order of their turns."""

    def __init__(self, cart: Cart, offers: Sequence[Offer], most_steps: int) -> None:
        self.lines, self.cart = cart.lines, cart
        self.most_steps, self.steps, self.is_proven = most_steps, 0, True
        self.list = tuple(line.list_minor for line in self.lines)
        self.floors = tuple(line.floor_minor for line in self.lines)
        self.tags = [o for o in offers if isinstance(o.benefit, PRICE_TAGS) and o.alone == "no"]
        self.closing = [o for o in offers if o.alone == "lines"]
        self.solo = [o for o in offers if o.alone == "cart"]
        self.others = [o for o in offers if o.alone == "no" and not isinstance(o.benefit, PRICE_TAGS)]
        self.best: _Found | None = None
        self._covered: dict[str, tuple[int, ...]] = {}

    def run(self) -> _Found:
        self._close(0, (), frozenset())
        for offer in self.solo:
            at = self.covered(offer, frozenset())
            taken = self.take(offer, at, self.list, self.cart.shipping_minor)
            if taken is not None:
                left, shipping = _after(taken, self.cart.shipping_minor)
                self._consider(left, shipping, (taken,), frozenset(range(len(self.lines))))
        if self.best is None:
            raise AssertionError("the cart without offers is always found")
        return self.best

    def covered(self, offer: Offer, closed: frozenset[int]) -> tuple[int, ...]:
        """Return the lines of an offer that are open to it; what costs nothing is no line of any offer."""
        at = self._covered.get(offer.id)
        if at is None:
            covered = (line.list_minor > 0 and offer.scope.covers(line) for line in self.lines)
            at = self._covered[offer.id] = tuple(i for i, is_covered in enumerate(covered) if is_covered)
        return tuple(i for i in at if i not in closed) if closed else at

    def _close(self, turn: int, taken: tuple[_Taken, ...], closed: frozenset[int]) -> None:
        """Try every allowed choice of offers that keep their lines to themselves, then the others on the rest."""
        if turn == len(self.closing):
            self._search_open(taken, closed)
            return
        offer = self.closing[turn]
        at = self.covered(offer, frozenset())
        mine = None if closed & set(at) else self.take(offer, at, self.list, self.cart.shipping_minor)
        if mine is not None and not any(_same_once(offer, other.offer) for other in taken):
            self._close(turn + 1, (*taken, mine), closed | set(at))
        self._close(turn + 1, taken, closed)

    def _search_open(self, closing: tuple[_Taken, ...], closed: frozenset[int]) -> None:
        left, shipping = list(self.list), self.cart.shipping_minor
        for taken in closing:
            left = [a - part for a, part in zip(left, taken.parts, strict=True)]
            shipping -= taken.off_shipping
        tags = self._price_tags(closed)
        for taken in tags:
            left = [a - part for a, part in zip(left, taken.parts, strict=True)]
        base = tuple(left)
        candidates = []
        for offer in self.others:
            at = self.covered(offer, closed)
            first = self.take(offer, at, base, shipping)
            if first is not None and not any(_same_once(offer, other.offer) for other in closing):
                basis, quantities = self._basis(offer, at, base)
                most_off = amount_off(offer, basis, quantities, shipping)
                candidates.append(Candidate(offer, at, tuple(quantities), most_off))
        bounds = Bounds(candidates)
        self._descend(bounds, 0, 0, base, shipping, (*closing, *tags), closed)

    def _basis(self, offer: Offer, at: Sequence[int], left: Sequence[int]) -> tuple[list[int], list[int]]:
        amounts = self.list if offer.counts == "list" else left
        return [amounts[i] for i in at], [self.lines[i].quantity for i in at]

    def _descend(
        self,
        bounds: Bounds,
        turn: int,
        blocked: int,
        left: tuple[int, ...],
        shipping: int,
        taken: tuple[_Taken, ...],
        closed: frozenset[int],
    ) -> None:
        """Decide the offers from ``turn`` on: with it first, then without it where that could be better."""
        while turn < len(bounds.candidates) and blocked >> turn & 1:
            turn += 1
        if turn == len(bounds.candidates):
            self._consider(left, shipping, taken, closed)
            return
        self.steps += 1
        if self.best is not None:
            if self.steps > self.most_steps:
                self.is_proven = False
                return
            rooms = [have - floor for have, floor in zip(left, self.floors, strict=True)]
            if (
                sum(left) + shipping - bounds.most_off(turn, blocked, left, rooms, shipping)
                > self.best.key[0]
            ):
                return
        candidate = bounds.candidates[turn]
        mine = self.take(candidate.offer, candidate.at, left, shipping)
        if mine is not None:
            after, rest = _after(mine, shipping)
            self._descend(
                bounds, turn + 1, blocked | bounds.clashing[turn], after, rest, (*taken, mine), closed
            )
            if bounds.is_free[turn]:
                return
        self._descend(bounds, turn + 1, blocked, left, shipping, taken, closed)

    def _consider(
        self, left: tuple[int, ...], shipping: int, taken: tuple[_Taken, ...], closed: frozenset[int]
    ) -> None:
        gifts = [one.offer.benefit for one in taken if isinstance(one.offer.benefit, Gift)]
        chosen = [
            o.offer for o in taken if o.offer.alone != "no" or not isinstance(o.offer.benefit, PRICE_TAGS)
        ]
        key = (
            sum(left) + shipping,
            -sum(gift.worth_minor * gift.quantity for gift in gifts),
            sum(offer.is_coupon for offer in chosen),
            len(chosen),
            tuple(sorted(offer.id for offer in chosen)),
        )
        if self.best is None or key < self.best.key:
            self.best = _Found(key, left, shipping, taken, closed)

    def take(self, offer: Offer, at: tuple[int, ...], left: tuple[int, ...], shipping: int) -> _Taken | None:
        """Return what an offer does at its turn, or None when it does nothing."""
        nothing = (0,) * len(left)
        basis, quantities = self._basis(offer, at, left)
        if isinstance(offer.benefit, Gift):
            met = sum(basis) >= offer.threshold_minor and sum(quantities) >= offer.least_units and bool(at)
            return _Taken(offer, nothing, 0, left) if met else None
        if isinstance(offer.benefit, PRICE_TAGS):
            parts = {i: tag_off(offer.benefit, self.lines[i]) for i in at}
            off = sum(parts.values())
        else:
            off = amount_off(offer, basis, quantities, shipping)
            if isinstance(offer.benefit, FreeShipping):
                return _Taken(offer, nothing, off, left) if off else None
            part = taking_part(offer, basis, quantities) if off else basis
            rooms = [min(most, left[i] - self.floors[i]) for most, i in zip(part, at, strict=True)]
            off = min(off, sum(rooms))
            parts = dict(zip(at, split(off, rooms), strict=True))
        if not off:
            return None
        return _Taken(offer, tuple(parts.get(i, 0) for i in range(len(left))), 0, left)

    def _price_tags(self, closed: frozenset[int]) -> list[_Taken]:
        """Return the price tags at work: by line the one that takes most off, of equals the first id."""
        best: dict[int, tuple[int, str]] = {}
        by_id = {offer.id: offer for offer in self.tags}
        for offer in self.tags:
            at = self.covered(offer, closed)
            if sum(self.lines[i].quantity for i in at) < offer.least_units:
                continue
            for i in at:
                off = tag_off(offer.benefit, self.lines[i])
                best[i] = min(best.get(i, (0, "")), (-off, offer.id)) if off else best.get(i, (0, ""))
        used = sorted({name for off, name in best.values() if off})
        return [
            _Taken(
                by_id[name],
                tuple(-best[i][0] if i in best and best[i][1] == name else 0 for i in range(len(self.lines))),
                0,
                self.list,
            )
            for name in used
        ]


def _after(taken: _Taken, shipping: int) -> tuple[tuple[int, ...], int]:
    left = tuple(have - part for have, part in zip(taken.before, taken.parts, strict=True))
    return left, shipping - taken.off_shipping


def _same_once(one: Offer, other: Offer) -> bool:
    """Tell whether two offers that share no line exclude each other all the same."""
    return clashes(one, other, share_a_line=False)


def _explained(cart: Cart, search: _Search, found: _Found, offers: Sequence[Offer]) -> Price:
    off_by: list[list[tuple[str, int]]] = [[] for _line in search.lines]
    used = {}
    for taken in found.taken:
        gift = taken.offer.benefit if isinstance(taken.offer.benefit, Gift) else None
        used[taken.offer.id] = UsedOffer(taken.offer.id, sum(taken.parts), taken.off_shipping, gift)
        for parts, part in zip(off_by, taken.parts, strict=True):
            if part:
                parts.append((taken.offer.id, part))
    lines = {
        line.id: PricedLine(line.id, line.quantity, line.list_minor, paid, tuple(parts))
        for line, paid, parts in zip(search.lines, found.left, off_by, strict=True)
    }
    unused = tuple(_why_not(offer, cart, search, found) for offer in offers if offer.id not in used)
    return Price(
        list_minor=sum(search.list),
        goods_minor=sum(found.left),
        shipping_minor=found.shipping,
        lines=tuple(lines[line.id] for line in cart.lines),
        used=tuple(used[name] for name in sorted(used)),
        unused=unused,
        steps=search.steps,
        is_proven=search.is_proven,
    )


def _why_not(offer: Offer, cart: Cart, search: _Search, found: _Found) -> UnusedOffer:
    reason = not_fitting(offer, cart)
    if reason:
        return UnusedOffer(offer.id, reason)
    at = search.covered(offer, frozenset() if offer.alone != "no" else found.closed)
    turn = _left_at(offer, found) if offer.alone == "no" else search.list
    missing = offer.threshold_minor - sum((search.list if offer.counts == "list" else turn)[i] for i in at)
    rivals = _rivals(offer, at, search, found)
    if missing > 0 and at:
        return UnusedOffer(offer.id, "below_threshold", missing)
    if rivals:
        return UnusedOffer(offer.id, "excluded", because_of=rivals)
    if isinstance(offer.benefit, PRICE_TAGS) and offer.alone == "no":
        return UnusedOffer(offer.id, "no_effect")
    useful = search.take(offer, at, turn, found.shipping)
    return UnusedOffer(offer.id, "better_without" if useful is not None else "no_effect")


def _left_at(offer: Offer, found: _Found) -> tuple[int, ...]:
    """Return what was left when it would have been the offer's turn."""
    for taken in found.taken:
        is_later = (taken.offer.stage, taken.offer.id) > (offer.stage, offer.id)
        if is_later and taken.offer.alone == "no" and not isinstance(taken.offer.benefit, PRICE_TAGS):
            return taken.before
    return found.left


def _rivals(offer: Offer, at: tuple[int, ...], search: _Search, found: _Found) -> tuple[str, ...]:
    """Return the used offers that exclude an offer; ``at`` are its lines that no other keeps to itself."""
    whole = set(search.covered(offer, frozenset()))
    rivals = []
    for taken in found.taken:
        other = taken.offer
        shared = whole & set(search.covered(other, frozenset()))
        keeps = (other.alone == "lines" and not at) or offer.alone == "lines"
        is_tag = isinstance(offer.benefit, PRICE_TAGS) or isinstance(other.benefit, PRICE_TAGS)
        if (
            "cart" in (offer.alone, other.alone)
            or (keeps and shared)
            or (not is_tag and clashes(offer, other, share_a_line=bool(shared & set(at))))
        ):
            rivals.append(other.id)
    return tuple(sorted(rivals))
