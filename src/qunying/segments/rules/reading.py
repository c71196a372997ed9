"""Reading a rule: every mistake is found, named with its place and, where it looks like a slip, with the
word that was meant."""

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qunying.kernel.problems import Kind, Problem
from qunying.segments.rules.tree import HEADS, Rule, rule_type

DEEPEST = 20
MOST_PARTS = 2000
MOST_CHARACTERS = 200_000
_BAD_CHARACTERS = re.compile("[\x00-\x1f\ud800-\udfff]")

_MESSAGES: dict[str, str | Promise] = {
    "unknown_key": _("unknown key"),
    "did_you_mean": _("unknown key, did you mean “{guess}”?"),
    "missing": _("is missing"),
    "no_condition": _("is not a condition; it needs one of {choices}"),
    "null": _("is empty; leave it out instead"),
    "too_deep": _("is nested too deep (at most {limit} levels)"),
    "too_many_parts": _("the rule has too many parts (at most {limit})"),
    "bad_character": _("contains a character that no text may have"),
    "not_json": _("is not JSON: {detail}"),
    "too_long_text": _("the rule is too long (at most {limit} characters)"),
    "string_type": _("must be text"),
    "string_too_short": _("must not be empty"),
    "string_too_long": _("is too long (at most {max_length} characters)"),
    "string_pattern_mismatch": _("must be a short name of small letters, digits and hyphens"),
    "int_type": _("must be a whole number"),
    "int_from_float": _("must be a whole number"),
    "float_type": _("must be a number"),
    "finite_number": _("must be a number"),
    "text_or_whole": _("must be text or a whole number"),
    "bool_type": _("must be true or false"),
    "list_type": _("must be a list"),
    "model_type": _("must be an object"),
    "model_attributes_type": _("must be an object"),
    "literal_error": _("must be one of {expected}"),
    "greater_than_equal": _("must be at least {ge}"),
    "less_than_equal": _("must be at most {le}"),
    "too_short": _("needs at least {min_length} entries"),
    "too_long": _("may have at most {max_length} entries"),
    "not_a_date": _("must be a date such as 2011-06-01"),
    "nothing_asked": _("asks nothing; add one of {choices}"),
    "exactly_one": _("needs exactly one of {choices}"),
    "only_with_sum": _("“{choice}” belongs to “sum”; for a count write it inside “count”"),
    "one_window": _("“within” and “between” cannot be used together"),
    "empty_period": _("“between” must end after it begins"),
    "numbers_only": _("the values of “{property}” are whole numbers"),
    "texts_only": _("the values of “{property}” are texts"),
    "not_a_number": _("“{property}” is not a number, so it has no size"),
    "segment_unknown": _("there is no segment “{slug}”"),
    "segment_cycle": _("the segments refer to each other in a circle: {circle}"),
    "not_in_stage": _("a stage cannot be defined by “{word}”"),
    "score_too_high": _("the highest score is {bins}"),
    "other": _("is not right: {detail}"),
}


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a rule: where (``all[1].within.dayz``), which kind, and what to say about it."""

    path: str
    code: str
    message: str


class RuleInvalid(Problem):
    """The rule does not read; the first mistake in full, the others counted."""

    code = "rule_invalid"
    kind = Kind.INVALID
    message = _("The rule has a mistake. {path}: {reason}")

    @classmethod
    def of(cls, mistakes: list[Mistake]) -> "RuleInvalid":
        """Return the problem that tells of these mistakes."""
        first = mistakes[0]
        return cls(path=first.path, reason=first.message, mistake=first.code, mistakes=len(mistakes))


def mistake(path: str, code: str, **fields: object) -> Mistake:
    """Return a mistake in the words of the active language."""
    return Mistake(path or "rule", code, str(_MESSAGES[code]).format(**fields))


def read_rule(source: object) -> Rule:
    """Return the tree of a rule.

    Args:
        source: what JSON holds (objects, lists, texts, numbers).

    Raises:
        RuleInvalid: when anything in it is unknown, missing or of the wrong type.
    """
    mistakes = list(_outer_mistakes(source, "", 0, [0]))
    if mistakes:
        raise RuleInvalid.of(mistakes)
    try:
        return rule_type.validate_python(source)
    except ValidationError as error:
        raise RuleInvalid.of(_mistakes_of(error)) from error


def find_mistakes(source: object) -> list[Mistake]:
    """Return everything that is wrong with a rule, an empty list when it reads."""
    mistakes = list(_outer_mistakes(source, "", 0, [0]))
    if mistakes:
        return mistakes
    try:
        rule_type.validate_python(source)
    except ValidationError as error:
        return _mistakes_of(error)
    return []


def read_rule_text(text: str) -> Any:
    """Return what the JSON text holds; whether it is a rule is for ``read_rule`` to say.

    Raises:
        RuleInvalid: when it is not JSON.
    """
    if len(text) > MOST_CHARACTERS:
        raise RuleInvalid.of([mistake("", "too_long_text", limit=MOST_CHARACTERS)])
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RuleInvalid.of([mistake("", "not_json", detail=str(error)[:200])]) from error


def write_rule(rule: Rule) -> dict[str, Any]:
    """Return the rule as JSON again: only what it states."""
    return rule.model_dump(mode="json", by_alias=True, exclude_unset=True)


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of the language, for editors and other programs."""
    schema = rule_type.json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Segment rule",
        **_without_null(schema),
    }


def _without_null(part: Any) -> Any:
    """Drop ``null`` as a choice: a key that says nothing is left out."""
    if isinstance(part, list):
        return [_without_null(item) for item in part]
    if not isinstance(part, dict):
        return part
    choices = part.get("anyOf")
    if choices and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        other = {key: value for key, value in part.items() if key not in {"anyOf", "default"}}
        part = {**other, **(rest[0] if len(rest) == 1 else {"anyOf": rest})}
    return {
        key: _without_null(value)
        for key, value in part.items()
        if key != "title" or not isinstance(value, str)
    }


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _outer_mistakes(value: object, path: str, depth: int, seen: list[int]) -> Iterator[Mistake]:
    """Find what would hurt before types are looked at: emptiness, depth, size, characters that databases
    refuse."""
    seen[0] += 1
    if seen[0] == MOST_PARTS + 1:
        yield mistake("", "too_many_parts", limit=MOST_PARTS)
    if seen[0] > MOST_PARTS:
        return
    if depth > DEEPEST:
        yield mistake(path, "too_deep", limit=DEEPEST)
    elif value is None:
        yield mistake(path, "null")
    elif isinstance(value, str) and _BAD_CHARACTERS.search(value):
        yield mistake(path, "bad_character")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _outer_mistakes(item, f"{path}.{key}" if path else str(key), depth + 1, seen)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _outer_mistakes(item, f"{path}[{index}]", depth + 1, seen)


def _mistakes_of(error: ValidationError) -> list[Mistake]:
    found: dict[tuple[str, str], Mistake] = {}
    for details in error.errors(include_url=False):
        one = _mistake_of(details)
        found.setdefault((one.path, one.message), one)
    return list(found.values())


def _mistake_of(details: ErrorDetails) -> Mistake:
    loc, kind = details["loc"], details["type"]
    path = path_of(loc)
    if kind == "extra_forbidden":
        guess = difflib.get_close_matches(str(loc[-1]), _keys_at(loc), n=1, cutoff=0.6)
        return mistake(path, "did_you_mean", guess=guess[0]) if guess else mistake(path, "unknown_key")
    if kind in {"union_tag_not_found", "union_tag_invalid"}:
        return mistake(path, "no_condition", choices=", ".join(HEADS))
    fields = dict(details.get("ctx", {}))
    if kind == "literal_error":
        fields["expected"] = str(fields["expected"]).replace("True", "true")
    if kind in _MESSAGES:
        return mistake(path, kind, **fields)
    return mistake(path, "other", detail=details["msg"])


def path_of(loc: tuple[int | str, ...]) -> str:
    """Return a place as people write it: ``all[1].within.dayz``. The tags of the tree's kinds are left
    out."""
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif not part.startswith("~"):
            path += f".{part}" if path else part
    return path


def _keys_at(loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the object holding an unknown key may have."""
    part = next(HEADS[str(step)[1:]] for step in reversed(loc) if str(step).startswith("~"))
    inner = {
        "within": "Window",
        "longer_ago_than": "Window",
        "count": "CountComparison",
        "first": "MomentComparison",
        "last": "MomentComparison",
        "where": "PropertyFilter",
        "rfm": "Scores",
    }
    holder = next((str(step) for step in reversed(loc[:-1]) if isinstance(step, str)), "")
    name = inner.get(holder, part.__name__)
    return list(rule_type.json_schema()["$defs"][name]["properties"])
