"""Texts with variables: ``{{ name }}`` and nothing more.

No template engine ever sees what staff or members wrote.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

SIGN_IN_LINK = "sign_in_link"
OWN_VARIABLES = {
    "name": _("the member's name"),
    "brand": _("the brand's name"),
    "link": _("the personal link of the campaign"),
    SIGN_IN_LINK: _("a link that signs the member in, once, within three days"),
}

_SLOT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"[\r\n\u0085\u2028\u2029]+")


class UndeclaredVariable(Problem):
    """The text uses a variable that the template does not declare."""

    code = "undeclared_variable"
    kind = Kind.INVALID
    message = _(
        "The text uses “{variable}”, which is not among the template's variables. There are {known}; others are declared with what stands in for missing values."
    )


class BadVariableName(Problem):
    """A variable's name is not one."""

    code = "bad_variable_name"
    kind = Kind.INVALID
    message = _(
        "“{variable}” is not a name for a variable: small letters, digits and _ only, a letter first."
    )


@dataclass(frozen=True)
class Rendered:
    """A message as the receiver sees it. ``unsubscribe_url`` is empty for service messages and posts."""

    subject: str
    body: str
    unsubscribe_url: str = ""


def variables_in(text: str) -> set[str]:
    """Return the names of the variables that a text uses, as they are written."""
    return set(_SLOT.findall(text))


def check_variables(texts: tuple[str, ...], declared: Mapping[str, str]) -> None:
    """See to it that a text uses only variables that are its own or declared.

    Raises:
        BadVariableName: for a declared or used name of the wrong form.
        UndeclaredVariable: for a used name that is not declared.
    """
    used = set[str]().union(*(variables_in(text) for text in texts))
    for name in sorted({*declared, *used}):
        if not _NAME.fullmatch(name):
            raise BadVariableName(variable=name[:60])
    for name in sorted(used):
        if name not in declared and name not in OWN_VARIABLES:
            raise UndeclaredVariable(variable=name, known=", ".join({**OWN_VARIABLES, **declared}))


def substitute(text: str, values: Mapping[str, str], fallbacks: Mapping[str, str]) -> str:
    """Put values into a text, once: what a value contains is never read as a variable.

    Args:
        text: the template's text.
        values: value by variable; empty or missing ones are replaced by their fallback.
        fallbacks: what stands in for a missing value, by variable.
    """

    def filled(slot: re.Match[str]) -> str:
        name = slot.group(1)
        return visible(values.get(name, "")) or fallbacks.get(name, "")

    return _SLOT.sub(filled, text)


def visible(value: str) -> str:
    """Return a value without control characters and without marks that turn the direction of writing."""
    return _UNSEEN.sub("", value).strip()


def one_line(text: str) -> str:
    """Return a text without line ends, as a subject must be (a line end in it would be a forged header)."""
    return _LINE_ENDS.sub(" ", visible(text)).strip()
