"""From the tree to one Ibis expression.

All that a rule asks of the events becomes columns of one aggregation per member, in one pass over the
events; the rule itself is then a
filter over those columns. Only RFM needs a second look: its cut points come from the values of all members.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any

import ibis
from ibis import _ as row

from qunying.segments.rules.policy import ScoringPolicy
from qunying.segments.rules.reading import RuleInvalid, mistake
from qunying.segments.rules.tree import (
    COLUMNS,
    NUMBER_COLUMNS,
    All,
    Any_,
    AttributeCondition,
    ConsentCondition,
    CountComparison,
    EventCondition,
    LifecycleCondition,
    MomentComparison,
    Not,
    PropertyFilter,
    RfmCondition,
    Rule,
    SegmentCondition,
    TagCondition,
    Window,
)
from qunying.segments.rules.windows import local_day_start, window_start

# Text counts as a number only when everybody would read it as one.
NUMERAL = r"^-?[0-9]{1,15}(\.[0-9]{1,9})?$"

# Refunds are negative; lines that an order got later are events of their own.
TURNOVER = ("order_paid", "order_amended", "order_refunded")

_SIZES: dict[str, Callable[[Any, Any], Any]] = {
    "equals": operator.eq,
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
}


@dataclass(frozen=True)
class ReferredSegment:
    """What another rule may refer to by its slug: a segment with a rule, or a list of member ids."""

    slug: str
    rule: Rule | None = None
    member_ids: tuple[str, ...] = ()


@dataclass
class Question:
    """What a rule is asked with: the instant, the brand's zone and definitions, and where other segments are
    found."""

    as_of: datetime
    zone: str
    policy: ScoringPolicy
    find_segment: Callable[[str], ReferredSegment | None] = field(default=lambda _slug: None)


class Plan:
    """Collects the columns that rules need and turns rules into conditions over them."""

    def __init__(self, events: Any, question: Question) -> None:
        self.events = events
        self.question = question
        self.needs_scores = False
        self._columns: dict[str, str] = {}
        self._values: dict[str, Any] = {}
        self._names = {"member_created"}
        self._open_segments: list[str] = []
        self._known = self.measure(self._all_of("member_created").count())

    def table(self) -> Any:
        """Return the members known at the as-of instant, one row each, with the columns that were asked
        for."""
        rows = self.events.filter(row.member_id.notnull() & row.name.isin(sorted(self._names)))
        return rows.group_by("member_id").aggregate(**self._values).filter(self._known > 0)

    def measure(self, value: Any) -> Any:
        """Have a deferred value of the events computed per member, the same one only once. Returns the
        column, deferred as well."""
        name = self._columns.setdefault(repr(value), f"measure_{len(self._columns)}")
        self._values[name] = value
        return row[name]

    def condition(self, rule: Rule) -> Any:
        """Return the rule as a deferred condition over the columns; true or false, never unknown."""
        if isinstance(rule, All):
            return reduce(operator.and_, [self.condition(part) for part in rule.all])
        if isinstance(rule, Any_):
            return reduce(operator.or_, [self.condition(part) for part in rule.any])
        if isinstance(rule, Not):
            return ~self.condition(rule.not_)
        return _CONDITIONS[type(rule)](self, rule)

    def _all_of(self, name: str, more: Any = None) -> "Filtered":
        self._names.add(name)
        named = row.name == name
        return Filtered(named if more is None else named & more)

    def event_holds(self, rule: EventCondition) -> Any:
        filters = [*self._window(rule), *(_property_holds(one) for one in rule.where)]
        chosen = self._all_of(rule.event, reduce(operator.and_, filters) if filters else None)
        if rule.count is not None:
            return _sizes_hold(self.measure(chosen.count()), rule.count)
        if rule.sum is not None:
            return _sizes_hold(self.measure(chosen.sum(rule.sum)), rule)
        if rule.first is not None:
            return self._moment(self.measure(chosen.first()), rule.first)
        if rule.last is not None:
            return self._moment(self.measure(chosen.last()), rule.last)
        return self.measure(chosen.count()) == 0

    def _window(self, rule: EventCondition) -> list[Any]:
        occurred_at, zone = row.occurred_at, self.question.zone
        if rule.within is not None:
            return [occurred_at > window_start(rule.within, self.question.as_of, zone)]
        if rule.between is not None:
            start, end = (local_day_start(day, zone) for day in rule.between)
            return [(occurred_at >= start) & (occurred_at < end)]
        return []

    def _moment(self, column: Any, wanted: MomentComparison) -> Any:
        question = self.question
        parts = [column.notnull()]
        if wanted.since is not None:
            parts.append(column >= local_day_start(wanted.since, question.zone))
        if wanted.before is not None:
            parts.append(column < local_day_start(wanted.before, question.zone))
        if wanted.within is not None:
            parts.append(column > window_start(wanted.within, question.as_of, question.zone))
        if wanted.longer_ago_than is not None:
            parts.append(column <= window_start(wanted.longer_ago_than, question.as_of, question.zone))
        return reduce(operator.and_, parts)

    def attribute_holds(self, rule: AttributeCondition) -> Any:
        chosen = self._all_of("attribute_changed", row.properties["attribute"] == rule.attribute)
        return _text_holds(self.measure(chosen.last_of(row.properties["new"]))["value"], rule)

    def tag_holds(self, rule: TagCondition) -> Any:
        self._names |= {"tag_added", "tag_removed"}
        chosen = Filtered(row.name.isin(["tag_added", "tag_removed"]) & (row.properties["tag"] == rule.tag))
        last = self.measure(chosen.last_of(row.name))["value"]
        return last.notnull() & (last == "tag_added")

    def consent_holds(self, rule: ConsentCondition) -> Any:
        chosen = self._all_of("consent_changed", row.properties["channel"] == rule.consent)
        state = ibis.coalesce(self.measure(chosen.last_of(row.properties["new"]))["value"], "")
        if rule.state == "unknown":
            return state == ""
        return state == rule.state

    def segment_holds(self, rule: SegmentCondition) -> Any:
        slug = rule.segment
        if slug in self._open_segments:
            circle = " → ".join([*self._open_segments[self._open_segments.index(slug) :], slug])
            raise RuleInvalid.of([mistake("segment", "segment_cycle", circle=circle)])
        found = self.question.find_segment(slug)
        if found is None:
            raise RuleInvalid.of([mistake("segment", "segment_unknown", slug=slug)])
        if found.rule is None:
            listed = ibis.memtable({"member_id": list(found.member_ids)}, schema={"member_id": "string"})
            return row.member_id.isin(listed.member_id)
        self._open_segments.append(slug)
        try:
            return self.condition(found.rule)
        finally:
            self._open_segments.pop()

    def lifecycle_holds(self, rule: LifecycleCondition) -> Any:
        return reduce(
            operator.or_, [self.stage_conditions()[stage] for stage in dict.fromkeys(rule.lifecycle)]
        )

    def stage_conditions(self) -> dict[str, Any]:
        """Return who is in each stage: its definition, and none of those before it."""
        taken: Any = ibis.literal(value=False)
        found: dict[str, Any] = {}
        for definition in self.question.policy.stages:
            own = self.condition(definition.rule) if definition.rule else ibis.literal(value=True)
            found[definition.stage] = own & ~taken
            taken = taken | own
        return found

    def rfm_holds(self, rule: RfmCondition) -> Any:
        self.score_measures()
        wanted = rule.rfm
        dimensions = (
            ("recency", wanted.recency),
            ("frequency", wanted.frequency),
            ("monetary", wanted.monetary),
        )
        return reduce(
            operator.and_,
            [
                ibis.coalesce(row[f"{name}_score"], 0).isin(scores)
                for name, scores in dimensions
                if scores is not None
            ],
        )

    def score_measures(self) -> dict[str, Any]:
        """Have the values that scores are made of computed: last order, orders, turnover net of refunds, in
        the policy's window."""
        self.needs_scores = True
        window = None
        if self.question.policy.window_days is not None:
            since = window_start(
                Window(days=self.question.policy.window_days), self.question.as_of, self.question.zone
            )
            window = row.occurred_at > since
        orders = self._all_of("order_paid", window)
        self._names |= set(TURNOVER)
        turnover = row.name.isin(TURNOVER)
        money = Filtered(turnover if window is None else turnover & window)
        return {
            "last_order_at": self.measure(orders.last()),
            "frequency": self.measure(orders.count()),
            "monetary_minor": self.measure(money.sum("amount")),
        }


@dataclass(frozen=True)
class Filtered:
    """Events that fulfil a condition, and what can be asked of them per member."""

    condition: Any

    def count(self) -> Any:
        """How many; 0 when there is none."""
        return row.count(where=self.condition)

    def sum(self, column: str) -> Any:
        """The sum of ``amount`` or ``quantity``; 0 when there is none."""
        return ibis.coalesce(row[column].sum(where=self.condition), 0)

    def first(self) -> Any:
        """The earliest instant, or null."""
        return row.occurred_at.min(where=self.condition)

    def last(self) -> Any:
        """The latest instant, or null."""
        return row.occurred_at.max(where=self.condition)

    def last_of(self, value: Any) -> Any:
        """The value of the last event, as field ``value`` of a structure that begins with what orders the
        events."""
        ordered = {
            "occurred_at": row.occurred_at,
            "received_at": row.received_at,
            "id": row.id,
            "value": value,
        }
        return ibis.struct(ordered).max(where=self.condition)


def _sizes_hold(column: Any, wanted: CountComparison | EventCondition) -> Any:
    given = [(word, getattr(wanted, word)) for word in _SIZES if getattr(wanted, word) is not None]
    return reduce(operator.and_, [_SIZES[word](column, bound) for word, bound in given])


def _property_holds(wanted: PropertyFilter) -> Any:
    if wanted.property in NUMBER_COLUMNS:
        return _number_holds(row[wanted.property], wanted)
    column = row[wanted.property] if wanted.property in COLUMNS else row.properties[wanted.property]
    return _text_holds(column, wanted)


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


def _text_holds(column: Any, wanted: PropertyFilter | AttributeCondition) -> Any:
    """Return whether a text fits; an empty text is the same as none, and fits nothing but ``known:
    false``."""
    text = ibis.coalesce(column, "")
    parts = [] if wanted.known is None else [(text != "") if wanted.known else (text == "")]
    if wanted.equals is not None:
        parts.append((text != "") & (text == wanted.equals))
    if wanted.in_ is not None:
        parts.append((text != "") & text.isin(wanted.in_))
    if wanted.not_in is not None:
        parts.append((text != "") & ~text.isin(wanted.not_in))
    sizes = [(word, getattr(wanted, word)) for word in ("at_least", "at_most", "more_than", "less_than")]
    for word, bound in sizes:
        if bound is not None:
            parts.append(
                text.re_search(NUMERAL)
                & ibis.coalesce(_SIZES[word](text.try_cast("float64"), bound), ibis.literal(value=False))
            )
    return reduce(operator.and_, parts)


_CONDITIONS: dict[type, Callable[[Plan, Any], Any]] = {
    EventCondition: Plan.event_holds,
    AttributeCondition: Plan.attribute_holds,
    TagCondition: Plan.tag_holds,
    ConsentCondition: Plan.consent_holds,
    SegmentCondition: Plan.segment_holds,
    LifecycleCondition: Plan.lifecycle_holds,
    RfmCondition: Plan.rfm_holds,
}
