"""The game of pairs: cards that lie face down, two of each picture; two that are turned in a move and are alike stay open.

The order of the cards of a play follows from a secret that was promised before, and from the number of the play.
Cards are counted from 1, pictures from 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qunying.engines.fair_numbers import SeededNumbers, canonical


@dataclass(frozen=True)
class Board:
    """How a play stands. paired: cards that stay open. shown: cards turned last, which lie open until the next is turned."""

    cards: int
    paired: frozenset[int]
    shown: tuple[int, ...]
    moves: int

    @property
    def is_done(self) -> bool:
        """Tell whether every card has found its pair."""
        return len(self.paired) == self.cards

    def is_open(self, card: int) -> bool:
        """Tell whether a card cannot be turned: it has its pair, or is the first of a move."""
        return card in self.paired or (len(self.shown) == 1 and card in self.shown)


def deal(pictures: int, secret: bytes, play: int) -> list[int]:
    """Return the picture of each card of a play, in their order."""
    deck = [picture for picture in range(pictures) for _ in range(2)]
    SeededNumbers(secret, canonical(["pairs", play]).decode()).shuffle(deck)
    return deck


def board_of(deck: Sequence[int], turned: Sequence[int]) -> Board:
    """Return how a play stands when these cards have been turned, one after the other.

    Args:
        deck: the picture of each card.
        turned: cards; each two of them are a move.
    """
    moves = zip(turned[::2], turned[1::2], strict=False)
    paired = frozenset(
        card for first, second in moves if deck[first - 1] == deck[second - 1] for card in (first, second)
    )
    shown = tuple(turned[-1:] if len(turned) % 2 else turned[-2:])
    return Board(len(deck), paired, shown, len(turned) // 2)
