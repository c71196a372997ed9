"""The slow and obvious evaluator: what a rule means, one member and one event at a time, straight from the
JSON."""

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Event = Mapping[str, Any]


class Reference:
    """Evaluates rules over a list of events."""

    def __init__(
        self,
        events: Sequence[Event],
        as_of: datetime,
        zone: str,
        stages: Sequence[Mapping[str, Any]],
        segments: Mapping[str, Any],
        window_days: int | None = 365,
        bins: int = 5,
    ) -> None:
        self.events = [event for event in events if event["occurred_at"] <= as_of and event["member_id"]]
        self.as_of, self.zone, self.stages, self.segments = as_of, zone, stages, segments
        self.window_days, self.bins = window_days, bins
        self.members = sorted(
            {event["member_id"] for event in self.events if event["name"] == "member_created"}
        )

    def matching(self, rule: Mapping[str, Any]) -> list[str]:
        return [member for member in self.members if self.holds(rule, member)]

    def holds(self, rule: Mapping[str, Any], member: str) -> bool:
        if "all" in rule:
            return all(self.holds(part, member) for part in rule["all"])
        if "any" in rule:
            return any(self.holds(part, member) for part in rule["any"])
        if "not" in rule:
            return not self.holds(rule["not"], member)
        if "attribute" in rule:
            changes = self.named(member, "attribute_changed", attribute=rule["attribute"])
            return text_fits(newest(changes)["properties"]["new"] if changes else None, rule)
        if "tag" in rule:
            changes = self.named(member, "tag_added", tag=rule["tag"]) + self.named(
                member, "tag_removed", tag=rule["tag"]
            )
            return bool(changes) and newest(changes)["name"] == "tag_added"
        if "consent" in rule:
            changes = self.named(member, "consent_changed", channel=rule["consent"])
            state = newest(changes)["properties"]["new"] if changes else "unknown"
            return bool(state == rule.get("state", "granted"))
        if "segment" in rule:
            other = self.segments[rule["segment"]]
            return member in other if isinstance(other, set) else self.holds(other, member)
        if "lifecycle" in rule:
            return self.stage(member) in rule["lifecycle"]
        if "rfm" in rule:
            scores = self.scores().get(member)
            return scores is not None and all(scores[name] in wanted for name, wanted in rule["rfm"].items())
        return self.event_holds(rule, member)

    def named(self, member: str, name: str, **properties: str) -> list[Event]:
        return [
            event
            for event in self.events
            if event["member_id"] == member
            and event["name"] == name
            and all(event["properties"].get(key) == value for key, value in properties.items())
        ]

    def event_holds(self, rule: Mapping[str, Any], member: str) -> bool:
        chosen = [
            event
            for event in self.named(member, rule["event"])
            if self.in_window(event["occurred_at"], rule)
            and all(property_fits(event, wanted) for wanted in rule.get("where", []))
        ]
        if rule.get("never"):
            return not chosen
        if "count" in rule:
            return size_fits(len(chosen), rule["count"])
        if "sum" in rule:
            return size_fits(sum(event[rule["sum"]] or 0 for event in chosen), rule)
        instants = [event["occurred_at"] for event in chosen]
        if not instants:
            return False
        if "first" in rule:
            return self.moment_fits(min(instants), rule["first"])
        return self.moment_fits(max(instants), rule["last"])

    def in_window(self, instant: datetime, rule: Mapping[str, Any]) -> bool:
        if "within" in rule:
            return instant > self.back(rule["within"])
        if "between" in rule:
            start, end = (date.fromisoformat(day) for day in rule["between"])
            return start <= instant.astimezone(ZoneInfo(self.zone)).date() < end
        return True

    def moment_fits(self, instant: datetime, wanted: Mapping[str, Any]) -> bool:
        day = instant.astimezone(ZoneInfo(self.zone)).date()
        return (
            ("since" not in wanted or day >= date.fromisoformat(wanted["since"]))
            and ("before" not in wanted or day < date.fromisoformat(wanted["before"]))
            and ("within" not in wanted or instant > self.back(wanted["within"]))
            and ("longer_ago_than" not in wanted or instant <= self.back(wanted["longer_ago_than"]))
        )

    def back(self, window: Mapping[str, int]) -> datetime:
        ((unit, count),) = window.items()
        if unit == "hours":
            return self.as_of - timedelta(hours=count)
        local = self.as_of.astimezone(ZoneInfo(self.zone))
        day = local.date()
        if unit == "months":
            for _each in range(count):
                day = day.replace(day=1) - timedelta(days=1)
            day = day.replace(day=min(local.day, calendar.monthrange(day.year, day.month)[1]))
        else:
            day -= timedelta(days=count * (7 if unit == "weeks" else 1))
        return datetime.combine(day, local.time(), ZoneInfo(self.zone)).astimezone(UTC)

    def stage(self, member: str) -> str:
        for definition in self.stages:
            if "rule" not in definition or self.holds(definition["rule"], member):
                return str(definition["stage"])
        return ""

    def scores(self) -> dict[str, dict[str, int]]:
        since = (
            datetime.min.replace(tzinfo=UTC)
            if self.window_days is None
            else self.back({"days": self.window_days})
        )
        today = self.as_of.astimezone(ZoneInfo(self.zone)).date()
        values: dict[str, dict[str, int]] = {}
        for member in self.members:
            orders = [event for event in self.named(member, "order_paid") if event["occurred_at"] > since]
            other = self.named(member, "order_refunded") + self.named(member, "order_amended")
            rest = [event for event in other if event["occurred_at"] > since]
            if orders:
                last = max(event["occurred_at"] for event in orders).astimezone(ZoneInfo(self.zone)).date()
                values[member] = {
                    "recency": (today - last).days,
                    "frequency": len(orders),
                    "monetary": sum(event["amount"] or 0 for event in orders + rest),
                }
        return {
            member: {
                name: self.score(
                    value, [other[name] for other in values.values()], descending=name == "recency"
                )
                for name, value in own.items()
            }
            for member, own in values.items()
        }

    def score(self, value: int, everybody: list[int], *, descending: bool) -> int:
        """Border k is the smallest value with at least k/bins of all at or below it; a short time since the
        last order is good."""
        ordered = sorted(everybody)
        borders = [ordered[-(-len(ordered) * k // self.bins) - 1] for k in range(1, self.bins)]
        passed = sum(value > border for border in borders)
        return self.bins - passed if descending else passed + 1


def newest(events: Sequence[Event]) -> Event:
    return max(events, key=lambda event: (event["occurred_at"], event["received_at"], event["id"]))


def property_fits(event: Event, wanted: Mapping[str, Any]) -> bool:
    name = wanted["property"]
    if name in {"amount", "quantity"}:
        value = event[name]
        if "known" in wanted and wanted["known"] != (value is not None):
            return False
        asks = set(wanted) - {"property", "known"}
        return not asks or (value is not None and list_fits(value, wanted) and size_fits(value, wanted))
    columns = {"product", "campaign_id", "community_id", "content_id", "order_id", "currency"}
    return text_fits(event[name] if name in columns else event["properties"].get(name), wanted)


def list_fits(value: Any, wanted: Mapping[str, Any]) -> bool:
    return ("in" not in wanted or value in wanted["in"]) and (
        "not_in" not in wanted or value not in wanted["not_in"]
    )


def text_fits(text: str | None, wanted: Mapping[str, Any]) -> bool:
    if "known" in wanted and wanted["known"] != bool(text):
        return False
    if {"equals", "in", "not_in"} & set(wanted) and (
        not text or not list_fits(text, wanted) or text != wanted.get("equals", text)
    ):
        return False
    sizes = {
        word: wanted[word] for word in ("at_least", "at_most", "more_than", "less_than") if word in wanted
    }
    if not sizes:
        return True
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text or ""):
        return False
    return size_fits(float(text or ""), sizes)


_SIZES: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: bool(a == b),
    "at_least": lambda a, b: bool(a >= b),
    "at_most": lambda a, b: bool(a <= b),
    "more_than": lambda a, b: bool(a > b),
    "less_than": lambda a, b: bool(a < b),
}


def size_fits(value: float, wanted: Mapping[str, Any]) -> bool:
    return all(compare(value, wanted[word]) for word, compare in _SIZES.items() if word in wanted)
