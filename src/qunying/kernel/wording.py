"""Text that people type: what may be stored and shown."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem


class BadText(Problem):
    """A text is empty, too long, or holds control characters."""

    code = "bad_text"
    kind = Kind.INVALID
    message = _("“{field}” must be 1 to {max_length} characters of plain text.")


def checked_text(
    text: str, *, field: str, max_length: int, may_be_empty: bool = False, lines: bool = False
) -> str:
    """Return a text without spaces around it.

    Args:
        text: what was typed.
        field: the name of the field, for the message.
        max_length: in characters.
        may_be_empty: whether nothing is an answer as well.
        lines: whether line breaks and tabs are allowed.

    Raises:
        BadText: when it is empty, too long, or holds control characters or halves of characters.
    """
    trimmed = text.replace("\r\n", "\n").strip()  # forms send two signs where browsers count one
    allowed = "\n\r\t" if lines else ""
    broken = any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed for sign in trimmed)
    if broken or len(trimmed) > max_length or not (trimmed or may_be_empty):
        raise BadText(field=field, max_length=max_length)
    return trimmed


def is_storable(text: str) -> bool:
    """Tell whether the database can hold a text at all: no NUL, no halves of characters."""
    return not any(sign == "\0" or unicodedata.category(sign) == "Cs" for sign in text)
