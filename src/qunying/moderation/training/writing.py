"""Writing texts from patterns: ``{name}`` stands for one of the phrases of that name, ``{9}`` for digits, ``[…]`` may be left out."""

import random
import re
from collections.abc import Mapping, Sequence

type Phrases = Mapping[str, Sequence[str]]

_SLOT = re.compile(r"\{(\w+)\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_DIGIT = re.compile(r"\d")


def write(pattern: str, phrases: Phrases, luck: random.Random) -> str:
    """Return one text of a pattern; phrases may hold slots and options again.

    Args:
        pattern: with slots and options.
        phrases: by name.
        luck: where chance comes from.

    Raises:
        KeyError: for a slot without phrases.
    """
    while _OPTION.search(pattern) or _SLOT.search(pattern):
        pattern = _OPTION.sub(lambda found: found[1] if luck.random() < 0.6 else "", pattern)
        pattern = _SLOT.sub(lambda found: _fill(found[1], phrases, luck), pattern)
    return pattern


def _fill(name: str, phrases: Phrases, luck: random.Random) -> str:
    if name.isdigit():
        return str(luck.randrange(10 ** (len(name) - 1), 10 ** len(name)))
    return luck.choice(phrases[name])


def mask_digits(text: str) -> str:
    """Return the text with each digit as x, as published collections of messages have it."""
    return _DIGIT.sub("x", text)


def cut(text: str, luck: random.Random, shortest: int) -> str:
    """Return a piece of the text of at least so many characters, as a message is that was split or cut short."""
    if len(text) <= shortest:
        return text
    start = luck.choice((0, 0, luck.randrange(len(text) - shortest)))
    return text[start : luck.randint(start + shortest, len(text))]
