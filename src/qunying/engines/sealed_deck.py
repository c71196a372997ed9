"""Sealed decks: what each serial will open is fixed and promised by a hash before the first is opened.

A red packet is split by the double-mean method: of what remains, k people being left, the next share is evenly
distributed between 1 and twice the mean less 1, and the last gets the rest. Drawn in that order the means are
equal but the spread is not (the last varies most), so the shares are split beforehand and shuffled: every
position then has the same distribution. A prize deck holds its prizes and blanks in a shuffled order.

Both follow from a salt of 32 random bytes that is kept secret until the deck is closed. The promise is
SHA-256 over the deck, the rules' hash and the salt; afterwards anybody can build the deck again.
"""

from collections.abc import Mapping

from qunying.engines.fair_numbers import SeededNumbers, hash_of

BLANK = ""
MOST_CARDS = 100_000
SALT_BYTES = 32


def split_packet(total_minor: int, shares: int, salt: bytes) -> list[int]:
    """Return the shares of a red packet in minor units, shuffled: each at least 1, their sum exactly the total.

    Raises: ValueError for no shares, too many, or fewer minor units than shares.
    """
    if not 1 <= shares <= MOST_CARDS:
        raise ValueError(f"a packet has 1 to {MOST_CARDS} shares")
    if total_minor < shares:
        raise ValueError("every share is at least one minor unit")
    numbers, rest, deck = SeededNumbers(salt, "split"), total_minor, list[int]()
    for left in range(shares, 1, -1):
        largest = max(1, 2 * rest // left - 1)
        deck.append(1 + numbers.below(largest))
        rest -= deck[-1]
    deck.append(rest)
    SeededNumbers(salt, "shuffle").shuffle(deck)
    return deck


def build_deck(prizes: Mapping[str, int], size: int, salt: bytes) -> list[str]:
    """Return a shuffled deck of ``size`` cards: so many of each prize, the others blank.

    Args:
        prizes: prize key -> how many; the order of the keys does not matter.
        size: all cards.
        salt: what the order follows from.

    Raises: ValueError for an empty key, a negative count, or more prizes than cards.
    """
    if not 1 <= size <= MOST_CARDS:
        raise ValueError(f"a deck has 1 to {MOST_CARDS} cards")
    if BLANK in prizes or any(count < 0 for count in prizes.values()):
        raise ValueError("a prize has a name and a count of at least 0")
    deck = [key for key in sorted(prizes) for _ in range(prizes[key])]
    if len(deck) > size:
        raise ValueError("there are more prizes than cards")
    deck += [BLANK] * (size - len(deck))
    SeededNumbers(salt, "shuffle").shuffle(deck)
    return deck


def commit_deck(deck: list[int] | list[str], rules_hash: str, salt: bytes) -> str:
    """Return the promise that is published before the first card is opened (64 hexadecimal digits).

    Raises: ValueError for a salt that could be guessed.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"the salt has at least {SALT_BYTES} bytes")
    return hash_of({"deck": list(deck), "rules": rules_hash, "salt": salt.hex()})
