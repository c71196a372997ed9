"""What a schema refuses, in a sentence that people can read in their language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

_SENTENCES: Mapping[str, str | Promise] = {
    "missing": _("this is missing"),
    "string_too_short": _("at least {min_length} characters"),
    "string_too_long": _("at most {max_length} characters"),
    "string_pattern_mismatch": _("it holds signs that are not possible here"),
    "greater_than": _("more than {gt}"),
    "greater_than_equal": _("at least {ge}"),
    "less_than": _("less than {lt}"),
    "less_than_equal": _("at most {le}"),
    "too_short": _("at least {min_length}, there are {actual_length}"),
    "too_long": _("at most {max_length}, there are {actual_length}"),
    "int_type": _("this is no whole number"),
    "int_parsing": _("this is no whole number"),
    "int_from_float": _("this is no whole number"),
    "literal_error": _("one of {expected}"),
    "enum": _("one of {expected}"),
    "extra_forbidden": _("nothing of this name is known here"),
}


def first_refusal(error: ValidationError) -> tuple[str, str]:
    """Return where the first thing that a schema refuses stands, with dots between its parts, and why."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    known: dict[str, Any] = first.get("ctx") or {}
    if first["type"] == "value_error":
        return place, str(known.get("error", first["msg"]))
    sentence = _SENTENCES.get(first["type"])
    return place, first["msg"] if sentence is None else str(sentence).format(**known)
