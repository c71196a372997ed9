"""Comparisons of values: counts, sums, texts and numbers of events and attributes."""

import operator
from collections.abc import Callable
from functools import reduce
from typing import Any

import ibis
from ibis import _ as row

from qunying.segments.rules.tree import (
    COLUMNS,
    NUMBER_COLUMNS,
    AttributeCondition,
    CountComparison,
    EventCondition,
    PropertyFilter,
)
from qunying.stream.lake import property_of

# Text counts as a number only when everybody would read it as one.
NUMERAL = r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$"

_SIZES: dict[str, Callable[[Any, Any], Any]] = {
    "equals": operator.eq,
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
}


def sizes_hold(column: Any, wanted: CountComparison | EventCondition) -> Any:
    """Return the condition that a count or sum keeps every bound that is given."""
    given = [(word, getattr(wanted, word)) for word in _SIZES if getattr(wanted, word) is not None]
    return reduce(operator.and_, [_SIZES[word](column, bound) for word, bound in given])


def property_holds(wanted: PropertyFilter) -> Any:
    """Return the condition that an event has a property as wanted; null when the property is not known."""
    if wanted.property in NUMBER_COLUMNS:
        return _number_holds(row[wanted.property], wanted)
    column = (
        row[wanted.property] if wanted.property in COLUMNS else property_of(row.properties, wanted.property)
    )
    return reduce(operator.and_, text_holds(column, wanted))


def _number_holds(column: Any, wanted: PropertyFilter) -> Any:
    parts = [] if wanted.known is None else [column.notnull() if wanted.known else column.isnull()]
    if wanted.in_ is not None:
        parts.append(column.notnull() & column.isin(wanted.in_))
    if wanted.not_in is not None:
        parts.append(column.notnull() & ~column.isin(wanted.not_in))
    for word, compare in _SIZES.items():
        if getattr(wanted, word) is not None:
            parts.append(column.notnull() & compare(column, getattr(wanted, word)))
    return reduce(operator.and_, parts)


def text_holds(column: Any, wanted: PropertyFilter | AttributeCondition) -> list[Any]:
    """Return what a text must fulfil; an empty text is the same as none, and fits nothing but ``known:
    false``.

    An unknown text makes a part null, which counts as false where events are filtered.
    """
    parts = []
    if wanted.known is not None:
        parts.append(column != "" if wanted.known else ibis.coalesce(column, "") == "")
    if wanted.equals is not None:
        parts.append(column.isin([wanted.equals] if wanted.equals else []))
    if wanted.in_ is not None:
        parts.append(column.isin([text for text in wanted.in_ if text != ""]))
    if wanted.not_in is not None:
        parts.append(~column.isin(["", *wanted.not_in]))
    for word in ("at_least", "at_most", "more_than", "less_than"):
        bound = getattr(wanted, word)
        if bound is not None:
            parts.append(column.re_search(NUMERAL) & _SIZES[word](column.try_cast("float64"), bound))
    return parts
