"""A rule in the words of the reader's language, for lists, chips and confirmations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qunying.kernel.money import display_money
from qunying.members.queries.attribute_titles import attribute_title, value_titles
from qunying.members.queries.stage_titles import STAGE_TITLES
from qunying.stream.events import EventType
from qunying.stream.property_titles import property_title

COMPARISON_WORDS = {
    "equals": gettext_lazy("exactly {value}"),
    "at_least": gettext_lazy("at least {value}"),
    "at_most": gettext_lazy("at most {value}"),
    "more_than": gettext_lazy("more than {value}"),
    "less_than": gettext_lazy("less than {value}"),
}

DIMENSION_WORDS = {
    "recency": gettext_lazy("recency {scores}"),
    "frequency": gettext_lazy("frequency {scores}"),
    "monetary": gettext_lazy("money {scores}"),
}

CONSENT_WORDS = {
    "granted": gettext_lazy("agreed to “{channel}”"),
    "withdrawn": gettext_lazy("declined “{channel}”"),
    "unknown": gettext_lazy("never asked about “{channel}”"),
}


def event_title(name: str) -> str:
    """Return what people call an event; its name when no noun has declared it."""
    known = EventType.known.get(name)
    return str(known.title) if known else name


def describe_rule(
    rule: Mapping[str, Any], segment_names: Mapping[str, str] | None = None, *, currency: str = ""
) -> str:
    """Return a rule that reads as one sentence.

    Args:
        rule: the rule as JSON holds it; it must read.
        segment_names: short name → name of the segments that it may refer to.
        currency: in which sums of money are shown; without one they are minor units.
    """
    return _Sentence(segment_names or {}, currency).of(rule, outermost=True)


@dataclass(frozen=True)
class _Sentence:
    segment_names: Mapping[str, str]
    currency: str

    def of(self, rule: Mapping[str, Any], *, outermost: bool = False) -> str:
        if "all" in rule or "any" in rule:
            joint = _(" and ") if "all" in rule else _(" or ")
            parts = [self.of(part) for part in rule.get("all") or rule["any"]]
            text = joint.join(parts)
            return text if outermost or len(parts) == 1 else _("({parts})").format(parts=text)
        if "not" in rule:
            return _("not: {part}").format(part=self.of(rule["not"]))
        if "event" in rule:
            return self.event(rule)
        if "segment" in rule:
            name = self.segment_names.get(rule["segment"], rule["segment"])
            return _("in segment “{name}”").format(name=name)
        return _state_words(rule)

    def event(self, rule: Mapping[str, Any]) -> str:
        text = self.measure(rule, event_title(rule["event"]))
        details = [
            _value_words(property_title(one["property"], rule["event"]), one) for one in rule.get("where", [])
        ]
        if "within" in rule:
            details.insert(0, _("in the last {span}").format(span=_span(rule["within"])))
        if "between" in rule:
            start, end = rule["between"]
            details.insert(0, _("from {start} until before {end}").format(start=start, end=end))
        return _("{event} ({details})").format(event=text, details=_list(details)) if details else text

    def measure(self, rule: Mapping[str, Any], event: str) -> str:
        if "never" in rule:
            return _("never “{event}”").format(event=event)
        if "count" in rule:
            text = ngettext("“{event}” {times} time", "“{event}” {times} times", _last_number(rule["count"]))
            return text.format(event=event, times=_comparison(rule["count"]))
        if "first" in rule:
            return _("first “{event}” {when}").format(event=event, when=_moment(rule["first"]))
        if "last" in rule:
            return _("last “{event}” {when}").format(event=event, when=_moment(rule["last"]))
        if rule["sum"] == "quantity":
            text = ngettext(
                "“{event}”: {bounds} unit in all", "“{event}”: {bounds} units in all", _last_number(rule)
            )
            return text.format(event=event, bounds=_comparison(rule))
        bounds = _comparison({word: self.money(rule[word]) for word in COMPARISON_WORDS if word in rule})
        return _("“{event}”: {bounds} in all").format(event=event, bounds=bounds)

    def money(self, amount_minor: int) -> str:
        return display_money(amount_minor, self.currency) if self.currency else str(amount_minor)


def _state_words(rule: Mapping[str, Any]) -> str:
    if "attribute" in rule:
        name = rule["attribute"]
        return _value_words(attribute_title(name), rule, value_titles(name))
    if "tag" in rule:
        return _("tag “{tag}”").format(tag=rule["tag"])
    if "consent" in rule:
        return str(CONSENT_WORDS[rule.get("state", "granted")]).format(channel=rule["consent"])
    if "lifecycle" in rule:
        stages = [str(STAGE_TITLES[stage]) for stage in rule["lifecycle"]]
        return _("stage {stages}").format(stages=_either(stages))
    parts = [
        str(DIMENSION_WORDS[name]).format(scores=_either([str(score) for score in scores]))
        for name, scores in rule["rfm"].items()
    ]
    return _("score: {parts}").format(parts=_list(parts))


def _value_words(name: str, rule: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> str:
    def called(values: Sequence[Any]) -> str:
        return _either([(titles or {}).get(str(value), str(value)) for value in values])

    parts = []
    if "known" in rule:
        parts.append(_("known") if rule["known"] else _("unknown"))
    if "equals" in rule:
        parts.append(_("is {values}").format(values=called([rule["equals"]])))
    if "in" in rule:
        parts.append(_("is {values}").format(values=called(rule["in"])))
    if "not_in" in rule:
        parts.append(_("is not {values}").format(values=called(rule["not_in"])))
    sizes = {word: value for word, value in rule.items() if word in COMPARISON_WORDS and word != "equals"}
    if sizes:
        parts.append(_comparison(sizes))
    return _("{name} {conditions}").format(name=name, conditions=_list(parts))


def _comparison(rule: Mapping[str, Any]) -> str:
    return _list(
        [str(words).format(value=rule[word]) for word, words in COMPARISON_WORDS.items() if word in rule]
    )


def _last_number(rule: Mapping[str, Any]) -> int:
    """Return the number that stands before the counted word in what ``_comparison`` says."""
    return int([rule[word] for word in COMPARISON_WORDS if word in rule][-1])


def _moment(rule: Mapping[str, Any]) -> str:
    parts = []
    if "since" in rule:
        parts.append(_("on or after {day}").format(day=rule["since"]))
    if "before" in rule:
        parts.append(_("before {day}").format(day=rule["before"]))
    if "within" in rule:
        parts.append(_("in the last {span}").format(span=_span(rule["within"])))
    if "longer_ago_than" in rule:
        parts.append(_("longer ago than {span}").format(span=_span(rule["longer_ago_than"])))
    return _list(parts)


def _span(window: Mapping[str, int]) -> str:
    ((unit, count),) = window.items()
    words = {
        "hours": ngettext("{count} hour", "{count} hours", count),
        "days": ngettext("{count} day", "{count} days", count),
        "weeks": ngettext("{count} week", "{count} weeks", count),
        "months": ngettext("{count} month", "{count} months", count),
    }
    return words[unit].format(count=count)


def _list(parts: Sequence[str]) -> str:
    return _(", ").join(parts)


def _either(parts: Sequence[str]) -> str:
    shown = list(parts[:5])
    if len(parts) > len(shown):
        shown.append(_("{count} more").format(count=len(parts) - len(shown)))
    return _(" or ").join(shown) if len(shown) <= 2 else _(", ").join(shown)
