"""Is a rule right, also in what it refers to?"""

from collections.abc import Iterator
from typing import Any

from qunying.segments.models import Segment
from qunying.segments.queries.get_definitions import get_definitions
from qunying.segments.rules.reading import Mistake, RuleInvalid, find_mistakes, mistake, read_rule
from qunying.segments.rules.tree import Rule


def check_rule(source: object, *, slug: str = "") -> Rule:
    """Return the tree of a rule whose references are right as well.

    Args:
        source: the rule as JSON holds it.
        slug: the short name of the segment that will have the rule, so that it cannot refer to itself by a
            detour.

    Raises:
        RuleInvalid: with the place of the first mistake.
    """
    mistakes = list_mistakes(source, slug=slug)
    if mistakes:
        raise RuleInvalid.of(mistakes)
    return read_rule(source)


def list_mistakes(source: object, *, slug: str = "") -> list[Mistake]:
    """Return all mistakes of a rule with their places: in its form, in the segments it names, in its
    scores."""
    return find_mistakes(source) or list(_wrong_references(source, slug))


def referred_segments(source: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return place and short name of every segment that a rule refers to."""
    for place, condition in conditions(source, path):
        if "segment" in condition:
            yield f"{place}.segment".lstrip("."), condition["segment"]


def conditions(source: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return place and JSON of every condition of a rule that reads."""
    for word in ("all", "any"):
        if word in source:
            for index, part in enumerate(source[word]):
                yield from conditions(part, f"{path}.{word}[{index}]".lstrip("."))
            return
    if "not" in source:
        yield from conditions(source["not"], f"{path}.not".lstrip("."))
    else:
        yield path, source


def _wrong_references(source: Any, slug: str) -> Iterator[Mistake]:
    rules = dict(Segment.objects.values_list("slug", "rule"))
    for place, named in referred_segments(source):
        if named not in rules and named != slug:
            yield mistake(place, "segment_unknown", slug=named)
        elif circle := _circle([slug], named, rules):
            yield mistake(place, "segment_cycle", circle=" → ".join(circle))
    bins = get_definitions().bins
    for place, condition in conditions(source):
        for dimension, scores in condition.get("rfm", {}).items():
            if max(scores) > bins:
                yield mistake(f"{place}.rfm.{dimension}".lstrip("."), "score_too_high", bins=bins)


def _circle(way: list[str], slug: str, rules: dict[str, Any]) -> list[str]:
    """Return the way back to where it began, if following the references leads there."""
    if slug in way:
        return [*way[way.index(slug) :], slug]
    rule = rules.get(slug)
    if rule is None:
        return []
    for _place, named in referred_segments(rule):
        if circle := _circle([*way, slug], named, rules):
            return circle
    return []
