"""Numbers that everybody can draw again: from a secret, without a preference for any of them.

A number below n is taken from HMAC-SHA256(seed, label and counter) as a 256-bit integer. Those at or above the
largest multiple of n are thrown away and the next is taken, so that no number is more likely than another
(rejection sampling). Hashes go over canonical JSON: keys sorted, no spaces, ASCII only.
"""

import hashlib
import hmac
import json
from typing import Any

_BITS = 256


def canonical(value: Any) -> bytes:
    """Return a value of text, whole numbers, lists and maps as the one text that hashes are made of.

    Raises: TypeError for what has no single spelling, such as a float.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def hash_of(value: Any) -> str:
    """Return the SHA-256 of a value's canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are text")
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif value is not None and not isinstance(value, str | int):
        raise TypeError(f"{type(value).__name__} has no single spelling")


class SeededNumbers:
    """A row of numbers that follows from a seed and a label; another label is another row."""

    def __init__(self, seed: bytes, label: str) -> None:
        """Begin a row. Raises: ValueError for an empty seed."""
        if not seed:
            raise ValueError("the seed is empty")
        self._seed, self._label, self._counter = seed, label, 0

    def below(self, bound: int) -> int:
        """Return the next number of the row, from 0 to ``bound`` - 1, each equally likely.

        Raises: ValueError unless the bound is at least 1 and far below 2**256.
        """
        if not 1 <= bound <= 1 << 128:
            raise ValueError("the bound is not between 1 and 2**128")
        usable = (1 << _BITS) - (1 << _BITS) % bound
        while True:
            text = canonical([self._label, self._counter])
            self._counter += 1
            drawn = int.from_bytes(hmac.digest(self._seed, text, "sha256"))
            if drawn < usable:
                return drawn % bound

    def shuffle(self, items: list[Any]) -> None:
        """Put items into an order of which each is equally likely (Fisher and Yates, from the end)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
