"""How much the offers that are still undecided can take off a cart at most: what lets the search cut branches.

Three facts are used. An offer takes off no more when less is left (``cart_offers.amount_off``). Of offers that
exclude each other pairwise only one is used, so a *clique* of them takes off no more than the best of them. And a
percentage of what is left gains less the more others take before it: ``P + p · (x − P)`` grows with ``P``, so it is
largest where ``P`` is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qunying.engines.cart_offers import Bundle, BuyGet, FreeShipping, Gift, Offer, PercentOff, amount_off
from qunying.engines.coupon_value import BASIS_POINTS

_SHIPPING = 1 << 4_096


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that may do something: its open lines with their units, and the most it takes off, coming first."""

    offer: Offer
    at: tuple[int, ...]
    quantities: tuple[int, ...]
    most: int

    @property
    def mask(self) -> int:
        """The lines as bits."""
        return sum(1 << i for i in self.at)

    @property
    def takes_from(self) -> int:
        """What it lowers, as bits: its lines, or the charge for shipping."""
        return _SHIPPING if isinstance(self.offer.benefit, FreeShipping) else self.mask


@dataclass(frozen=True, slots=True)
class _Clique:
    members: tuple[int, ...]
    mask: int


def clashes(one: Offer, other: Offer, *, share_a_line: bool) -> bool:
    """Tell whether two offers exclude each other."""
    if one.family and one.family == other.family:
        return True
    if not one.group or one.group != other.group:
        return False
    return share_a_line or "cart" in (one.once_per, other.once_per)


class Bounds:
    """The candidates of a search in the order of their turns, what excludes what, and the upper bound."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self._masks = [candidate.mask for candidate in candidates]
        count = range(len(candidates))
        pairs = {(a, b) for a in count for b in count if a != b and self._clash(a, b)}
        self.clashing = [sum(1 << b for b in count if (a, b) in pairs) for a in count]
        self.is_free = [
            not any((a, b) in pairs or self._disturbs(a, b) for b in count[a + 1 :]) for a in count
        ]
        self._cliques = self._cover(pairs)

    def _clash(self, a: int, b: int) -> bool:
        one, other = self.candidates[a].offer, self.candidates[b].offer
        return clashes(one, other, share_a_line=bool(self._masks[a] & self._masks[b]))

    def _disturbs(self, a: int, b: int) -> bool:
        """Tell whether the later offer could see what the earlier one does."""
        earlier, later = self.candidates[a].offer.benefit, self.candidates[b].offer.benefit
        if isinstance(earlier, Gift):
            return False
        if isinstance(earlier, FreeShipping):
            return isinstance(later, FreeShipping)
        return bool(self._masks[a] & self._masks[b])

    def _cover(self, pairs: set[tuple[int, int]]) -> list[_Clique]:
        groups: list[list[int]] = []
        for a in range(len(self.candidates)):
            for group in groups:
                if all((a, b) in pairs for b in group):
                    group.append(a)
                    break
            else:
                groups.append([a])
        groups.sort(key=lambda group: group[-1])
        masks = [0] * len(groups)
        for at, group in enumerate(groups):
            for a in group:
                masks[at] |= self.candidates[a].takes_from
        return [_Clique(tuple(group), mask) for group, mask in zip(groups, masks, strict=True)]

    def most_off(
        self, turn: int, blocked: int, left: Sequence[int], rooms: Sequence[int], shipping: int
    ) -> int:
        """Return an upper bound of what the candidates from ``turn`` on can take off together.

        Args:
            blocked: bits of the candidates that chosen ones exclude.
            left, rooms: by line, what is left of it and what of that may still come off.
            shipping: what is left of the charge for shipping.
        """
        # What cliques take off, as (last turn, lines, amount); those below a percentage are joined with it.
        blocks: list[tuple[int, int, int]] = []
        for clique in self._cliques:
            best, below = 0, set[int]()
            for member in clique.members:
                if member < turn or blocked >> member & 1:
                    continue
                candidate = self.candidates[member]
                if isinstance(candidate.offer.benefit, PercentOff) and candidate.offer.counts == "left":
                    mask = self._masks[member]
                    inside = {
                        at
                        for at, (last, lines, _off) in enumerate(blocks)
                        if last < member and lines & ~mask == 0
                    }
                    taken = sum(blocks[at][2] for at in inside)
                    below |= inside
                    best = max(best, _percent(candidate, candidate.offer.benefit, left, taken))
                else:
                    best = max(best, _most(candidate, left, shipping))
            if not best:
                continue
            joined = [(clique.members[-1], clique.mask, best), *(blocks[at] for at in below)]
            blocks = [block for at, block in enumerate(blocks) if at not in below]
            mask = 0
            for _last, lines, _off in joined:
                mask |= lines
            blocks.append(
                (max(last for last, _lines, _off in joined), mask, sum(off for _last, _lines, off in joined))
            )
        return min(sum(off for _last, _lines, off in blocks), sum(rooms) + shipping)


def _percent(candidate: Candidate, benefit: PercentOff, left: Sequence[int], taken: int) -> int:
    """Return the most of a percentage when others may take ``taken`` off its lines before."""
    total = sum(left[i] for i in candidate.at)
    if total < candidate.offer.threshold_minor:
        return 0
    most = max(0, total - taken) * benefit.basis_points // BASIS_POINTS + 1
    return min(most, candidate.most)


def _most(candidate: Candidate, left: Sequence[int], shipping: int) -> int:
    """Return the most of any other offer; bundles are not worked out anew."""
    offer = candidate.offer
    if offer.counts == "list" or isinstance(offer.benefit, Bundle | BuyGet):
        return candidate.most
    return amount_off(offer, [left[i] for i in candidate.at], candidate.quantities, shipping)
