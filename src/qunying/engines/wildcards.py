"""Patterns that staff can write and that no text can make slow: ``*`` for anything, ``?`` for one character, ``|`` between alternatives.

A pattern is looked for anywhere in a text, without regard to width, case and invisible characters. Matching takes at most
(characters of the text) x (characters of the pattern) steps: there is no going back.
"""

from qunying.engines.search_terms import folded

LONGEST_PATTERN = 200
LONGEST_TEXT = 2_000


def matches(pattern: str, text: str) -> bool:
    """Tell whether any alternative of a pattern occurs in the first 2,000 characters of a text.

    Args:
        pattern: such as ``退货*怎么|return*how``; an empty alternative matches nothing.
        text: any text.
    """
    seen = _plain(text[:LONGEST_TEXT])
    return any(
        _occurs(_plain(part), seen) for part in pattern[:LONGEST_PATTERN].split("|") if part.strip(" *?")
    )


def _plain(text: str) -> str:
    return " ".join(folded(text).split())


def _occurs(pattern: str, text: str) -> bool:
    """Find the pieces between the stars one after the other; the earliest place of each leaves most room for the next."""
    place = 0
    for piece in filter(None, pattern.split("*")):
        place = _find(piece, text, place)
        if place < 0:
            return False
    return True


def _find(piece: str, text: str, start: int) -> int:
    """Return the place behind the first occurrence of a piece, -1 when there is none."""
    if "?" not in piece:
        found = text.find(piece, start)
        return found + len(piece) if found >= 0 else -1
    for place in range(start, len(text) - len(piece) + 1):
        if all(sign in {"?", text[place + offset]} for offset, sign in enumerate(piece)):
            return place + len(piece)
    return -1
