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

from qunying.segments.rules.comparing import property_holds, sizes_hold, text_holds
from qunying.segments.rules.policy import ScoringPolicy
from qunying.segments.rules.reading import RuleInvalid, mistake
from qunying.segments.rules.tree import (
    All,
    Any_,
    AttributeCondition,
    ConsentCondition,
    EventCondition,
    LifecycleCondition,
    MomentComparison,
    Not,
    RfmCondition,
    Rule,
    SegmentCondition,
    TagCondition,
    Window,
)
from qunying.segments.rules.windows import local_day_start, window_start
from qunying.stream.lake import property_of
from qunying.stream.money import in_currency

# Refunds are negative; lines that an order got later are events of their own.
TURNOVER = ("order_paid", "order_amended", "order_refunded")


@dataclass(frozen=True)
class ReferredSegment:
    """What another rule may refer to by its slug: a segment with a rule, or a list of member ids."""

    slug: str
    rule: Rule | None = None
    member_ids: tuple[str, ...] = ()


@dataclass
class Question:
    """What a rule is asked with: the instant, the brand's zone and definitions, where other segments are found, and the
    currency of amounts (those in another one count for nothing; empty: there is only one)."""

    as_of: datetime
    zone: str
    policy: ScoringPolicy
    find_segment: Callable[[str], ReferredSegment | None] = field(default=lambda _slug: None)
    currency: str = ""


@dataclass
class Wanted:
    """Which events of one name count: all of them, or those that fulfil one of the conditions."""

    whole: bool = False
    conditions: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Chosen:
    """Events that were chosen, marked by a flag of their own, and what can be asked of them per member."""

    flag: str

    def count(self) -> Any:
        """How many; 0 when there is none."""
        return row.count(where=row[self.flag])

    def sum(self, column: str) -> Any:
        """The sum of ``amount`` or ``quantity``; 0 when there is none."""
        return ibis.coalesce(row[column].sum(where=row[self.flag]), 0)

    def first(self) -> Any:
        """The earliest instant, or null."""
        return row.occurred_at.min(where=row[self.flag])

    def last(self) -> Any:
        """The latest instant, or null."""
        return row.occurred_at.max(where=row[self.flag])

    def value(self) -> Any:
        """What the newest event tells (there is one per member), or null."""
        return row.value.max(where=row[self.flag])


@dataclass(frozen=True)
class Newest:
    """The last event of each member among those of some names that fulfil a condition, and what it tells."""

    names: tuple[str, ...]
    condition: Any
    tells: Any


class Plan:
    """Collects the columns that rules need and turns rules into conditions over them."""

    def __init__(self, events: Any, question: Question) -> None:
        self.events = in_currency(events, question.currency)
        self.question = question
        self.needs_scores = False
        self._wanted: dict[str, Wanted] = {}
        self._flags: dict[str, tuple[tuple[str, ...], Any]] = {}
        self._newest: dict[str, Newest] = {}
        self._names: dict[str, str] = {}
        self._measures: dict[str, Any] = {}
        self._columns: set[str] = {"occurred_at"}
        self._open_segments: list[str] = []
        self._known = self.measure(self._choose("member_created").count())

    def table(self) -> Any:
        """Return the members known at the as-of instant, one row each, with the columns that were asked
        for."""
        rows = ibis.union(*self._branches(), distinct=False)
        return rows.group_by("member_id").aggregate(**self._measures).filter(self._known > 0)

    def measure(self, value: Any) -> Any:
        """Have a deferred value of the chosen events computed per member, the same one only once.

        Returns the column that it will be, deferred as well.
        """
        name = self._named("measure", value)
        self._measures[name] = value
        return row[name]

    def _named(self, kind: str, meaning: Any) -> str:
        """Return the one name of what is meant."""
        return self._names.setdefault(f"{kind} {meaning!r}", f"{kind}_{len(self._names)}")

    def _choose(self, names: str | tuple[str, ...], condition: Any = None) -> Chosen:
        """Choose the events of these names for which the condition holds."""
        several = (names,) if isinstance(names, str) else names
        flag = self._named("chosen", (several, condition))
        if flag not in self._flags:
            self._flags[flag] = (several, condition)
            for name in several:
                wanted = self._wanted.setdefault(name, Wanted())
                wanted.whole |= condition is None
                wanted.conditions.append(condition)
        return Chosen(flag)

    def _told_last(self, names: tuple[str, ...], key: str, wanted: str, *, tells: Any) -> Any:
        """Return what the last event tells whose property ``key`` is the wanted one; null when there is
        none."""
        newest = Newest(names, property_of(row.properties, key) == wanted, tells)
        flag = self._named("newest", newest)
        self._newest[flag] = newest
        return self.measure(Chosen(flag).value())

    def _branches(self) -> list[Any]:
        """Return the chosen events, in as few reads as there are ways of choosing.

        Names of which every event counts are read together. One of which only some count is read by itself,
        so
        that the choice is made before anything is grouped and prunes what is read, and properties are only
        looked at where they must be. The newest events of members are found before they join the others.
        """
        together = tuple(sorted(name for name, wanted in self._wanted.items() if wanted.whole))
        alone = [(name,) for name, wanted in sorted(self._wanted.items()) if not wanted.whole]
        return [self._branch(names) for names in (together, *alone)] + [
            self._newest_branch(flag, newest) for flag, newest in self._newest.items()
        ]

    def _branch(self, names: tuple[str, ...]) -> Any:
        rows = self.events.filter(row.member_id.notnull(), _is_one_of(names))
        if not self._wanted[names[0]].whole:
            rows = rows.filter(reduce(operator.or_, self._wanted[names[0]].conditions))
        flags = {flag: self._flag(names, *chosen) for flag, chosen in self._flags.items()}
        return rows.select("member_id", **self._shown({name: row[name] for name in self._columns}, flags))

    def _newest_branch(self, flag: str, newest: Newest) -> Any:
        rows = self.events.filter(row.member_id.notnull(), _is_one_of(newest.names), newest.condition)
        ordered = {name: row[name] for name in ("occurred_at", "received_at", "id")}
        last = ibis.struct({**ordered, "value": newest.tells}).max()
        told = rows.group_by("member_id").aggregate(last=last)
        return told.select(
            "member_id", **self._shown({"value": row.last["value"]}, {flag: ibis.literal(value=True)})
        )

    def _shown(self, columns: dict[str, Any], flags: dict[str, Any]) -> dict[str, Any]:
        """Return every column of a branch; what it does not have is null, what it does not choose is not
        chosen."""
        shown = {
            name: columns.get(name, ibis.null(self.events[name].type())) for name in sorted(self._columns)
        }
        if self._newest:
            shown["value"] = columns.get("value", ibis.null("string"))
        nothing = ibis.literal(value=False)
        return shown | {flag: flags.get(flag, nothing) for flag in (*self._flags, *self._newest)}

    def _flag(self, names: tuple[str, ...], chosen: tuple[str, ...], condition: Any) -> Any:
        """Return which of the events of a branch a choice means."""
        here = tuple(name for name in names if name in chosen)
        if not here:
            return ibis.literal(value=False)
        parts = [] if here == names else [_is_one_of(here)]
        decided = len(names) == 1 and len(self._wanted[names[0]].conditions) == 1
        if condition is not None and not decided:
            parts.append(ibis.coalesce(condition, ibis.literal(value=False)))
        return reduce(operator.and_, parts) if parts else ibis.literal(value=True)

    def condition(self, rule: Rule) -> Any:
        """Return the rule as a deferred condition over the columns; true or false, never unknown."""
        if isinstance(rule, All):
            return reduce(operator.and_, [self.condition(part) for part in rule.all])
        if isinstance(rule, Any_):
            return reduce(operator.or_, [self.condition(part) for part in rule.any])
        if isinstance(rule, Not):
            return ~self.condition(rule.not_)
        return _CONDITIONS[type(rule)](self, rule)

    def event_holds(self, rule: EventCondition) -> Any:
        filters = [*self._window(rule), *(property_holds(one) for one in rule.where)]
        chosen = self._choose(rule.event, reduce(operator.and_, filters) if filters else None)
        if rule.count is not None:
            return sizes_hold(self.measure(chosen.count()), rule.count)
        if rule.sum is not None:
            self._columns.add(rule.sum)
            return sizes_hold(self.measure(chosen.sum(rule.sum)), rule)
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
        value = self._told_last(
            ("attribute_changed",), "attribute", rule.attribute, tells=property_of(row.properties, "new")
        )
        return ibis.coalesce(reduce(operator.and_, text_holds(value, rule)), ibis.literal(value=False))

    def tag_holds(self, rule: TagCondition) -> Any:
        last = self._told_last(("tag_added", "tag_removed"), "tag", rule.tag, tells=row.name)
        return ibis.coalesce(last, "") == "tag_added"

    def consent_holds(self, rule: ConsentCondition) -> Any:
        last = self._told_last(
            ("consent_changed",), "channel", rule.consent, tells=property_of(row.properties, "new")
        )
        return ibis.coalesce(last, "") == ("" if rule.state == "unknown" else rule.state)

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
        self._columns.add("amount")
        orders, money = self._choose("order_paid", window), self._choose(TURNOVER, window)
        return {
            "last_order_at": self.measure(orders.last()),
            "frequency": self.measure(orders.count()),
            "monetary_minor": self.measure(money.sum("amount")),
        }


def _is_one_of(names: tuple[str, ...]) -> Any:
    return row.name == names[0] if len(names) == 1 else row.name.isin(names)


_CONDITIONS: dict[type, Callable[[Plan, Any], Any]] = {
    EventCondition: Plan.event_holds,
    AttributeCondition: Plan.attribute_holds,
    TagCondition: Plan.tag_holds,
    ConsentCondition: Plan.consent_holds,
    SegmentCondition: Plan.segment_holds,
    LifecycleCondition: Plan.lifecycle_holds,
    RfmCondition: Plan.rfm_holds,
}
