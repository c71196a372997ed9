"""What people typed, made harmless: no unseen characters, no turning of the direction of writing, no towers of marks."""

import re
import unicodedata

from qunying.kernel.wording import checked_text

# Everything that is not seen, except the joiner between two parts of one emoji.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f]"
)
_LOOSE_JOINER = re.compile(
    "(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d|\u200d(?![\U0001f000-\U0001faff\u2600-\u27bf])"
)
_MOST_MARKS = 3


def visible_text(text: str) -> str:
    """Return a text without what nobody sees or what makes it look like another text."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = _LOOSE_JOINER.sub("", _UNSEEN.sub("", plain))
    return _without_towers(plain)


def typed(text: str, *, field: str, max_length: int, may_be_empty: bool = False, lines: bool = False) -> str:
    """Return what may be stored of what somebody typed.

    Args:
        text: what was typed, of any length.
        field: its name, for the message.
        max_length: in characters, counted as typed: a text is refused before work is spent on it.
        may_be_empty: whether nothing is an answer as well.
        lines: whether line breaks are allowed.

    Raises:
        BadText: when it is empty, too long, or holds control characters.
    """
    allowed = {"field": field, "max_length": max_length, "may_be_empty": may_be_empty, "lines": lines}
    checked = checked_text(text, **allowed)  # type: ignore[arg-type]
    return checked_text(visible_text(checked), **allowed)  # type: ignore[arg-type]


def _without_towers(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
