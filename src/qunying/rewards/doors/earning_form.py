"""The editor of an earning rule: what operators type, and the rule that it means."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.engines.earning import PERMILLE, Accelerator, Cap, Condition, Rule, Scope
from qunying.kernel import clock
from qunying.kernel.inputs import DayInput
from qunying.kernel.money import to_minor
from qunying.rewards.doors.pricing_forms import NAMES_HELP, names_in
from qunying.rewards.earning.drafting import RuleWording, RuleWrong
from qunying.rewards.earning.earning_events import EARNING_EVENTS
from qunying.rewards.models import Asset
from qunying.rewards.tiers.naming import tier_choices
from qunying.stream.events import EventType
from qunying.stream.property_titles import list_properties

BASES = [
    ("amount", gettext_lazy("the amount paid")),
    ("quantity", gettext_lazy("the pieces")),
    ("event", gettext_lazy("each time")),
]
FACTOR = {
    "max_digits": 5,
    "decimal_places": 2,
    "min_value": Decimal("1.01"),
    "max_value": 100,
    "required": False,
}
# Properties of events that have a field of their own.
ASKED_ABOVE = {"channel", "stock_code", "description", "number", "text"}
CAPS: tuple[tuple[str, Scope, str], ...] = (
    ("cap_event", "event", "units"),
    ("cap_day", "member_day", "units"),
    ("times_day", "member_day", "times"),
    ("cap_month", "member_month", "units"),
    ("cap_member", "member_total", "units"),
    ("times_member", "member_total", "times"),
    ("cap_all", "all_total", "units"),
)
TIER_FACTOR = "tier_factor_"  # and the code of a tier
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("What earns how much"),
        ("name", "asset", "event", "basis", "units", "per", "least", "wait_days", "valid_days"),
    ),
    (
        gettext_lazy("Only for"),
        (
            "products",
            "without_products",
            "channels",
            "told",
            "other_property",
            "property_values",
            "only_tiers",
        ),
    ),
    (
        gettext_lazy("Accelerators"),
        (
            TIER_FACTOR,
            "birthday",
            "birthday_factor",
            "first_day",
            "last_day",
            "window_factor",
            "month_days",
            "month_days_factor",
            "fast_products",
            "fast_products_factor",
            "combine",
        ),
    ),
    (gettext_lazy("Never more than"), tuple(name for name, _scope, _counted in CAPS)),
)


TOGETHER: tuple[tuple[str, tuple[str, ...], Any], ...] = (
    ("birthday_factor", ("birthday",), gettext_lazy("Choose above whether it is the day or the month.")),
    ("birthday", ("birthday_factor",), gettext_lazy("Say below how many times as much.")),
    ("window_factor", ("first_day", "last_day"), gettext_lazy("Say above on which days.")),
    ("first_day", ("window_factor",), gettext_lazy("Say below how many times as much.")),
    ("last_day", ("window_factor",), gettext_lazy("Say below how many times as much.")),
    ("month_days", ("month_days_factor",), gettext_lazy("Say below how many times as much.")),
    ("month_days_factor", ("month_days",), gettext_lazy("Say above on which days.")),
    ("fast_products", ("fast_products_factor",), gettext_lazy("Say below how many times as much.")),
    ("fast_products_factor", ("fast_products",), gettext_lazy("Say above for which products or tags.")),
)


def event_choices() -> list[tuple[str, str]]:
    """Return the events that rules can be about, with what people call them."""
    return [(name, str(EventType.known[name].title)) for name in EARNING_EVENTS if name in EventType.known]


def told_choices() -> list[tuple[str, Any]]:
    """Return what the events tell of themselves, in groups by event; what other fields ask for is left out."""
    groups = [
        (
            title,
            [(f"{event}.{name}", words) for name, words in list_properties(event) if name not in ASKED_ABOVE],
        )
        for event, title in event_choices()
    ]
    return [("", "—"), *((title, told) for title, told in groups if told)]


def _number(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10**9, required=False, **more)


class EarningForm(forms.Form):
    """A rule of earning."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    asset = forms.ChoiceField(label=gettext_lazy("What it gives"), choices=Asset.choices)
    event = forms.ChoiceField(label=gettext_lazy("For what"), choices=event_choices)
    basis = forms.ChoiceField(label=gettext_lazy("Counted by"), choices=BASES)
    units = forms.IntegerField(label=gettext_lazy("Gives"), min_value=1, max_value=10**9, initial=1)
    per = forms.DecimalField(
        label=gettext_lazy("for every"),
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        initial=1,
        help_text=gettext_lazy("An amount paid, or a number of pieces."),
    )
    least = forms.DecimalField(
        label=gettext_lazy("Least that earns"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=gettext_lazy("The least amount or number of pieces that earns."),
    )
    wait_days = _number(
        gettext_lazy("Return window in days"),
        initial=7,
        help_text=gettext_lazy("Until then points are pending."),
    )
    valid_days = _number(
        gettext_lazy("Valid days"), initial=365, help_text=gettext_lazy("Empty: points never end.")
    )
    products = forms.CharField(
        label=gettext_lazy("Products (codes)"), required=False, max_length=2_000, help_text=NAMES_HELP
    )
    without_products = forms.CharField(
        label=gettext_lazy("Not for products"), required=False, max_length=2_000, help_text=NAMES_HELP
    )
    channels = forms.CharField(
        label=gettext_lazy("Sales channels"), required=False, max_length=500, help_text=NAMES_HELP
    )
    told = forms.ChoiceField(
        label=gettext_lazy("What is known of the event"),
        required=False,
        choices=told_choices,
        help_text=gettext_lazy("Only what its own kind of event tells."),
    )
    other_property = forms.CharField(
        label=gettext_lazy("or something else, by its name"),
        required=False,
        max_length=64,
        help_text=gettext_lazy("As the system that reports the event calls it."),
    )
    property_values = forms.CharField(
        label=gettext_lazy("is one of"), required=False, max_length=500, help_text=NAMES_HELP
    )
    only_tiers = forms.MultipleChoiceField(
        label=gettext_lazy("For these tiers only"), required=False, widget=forms.CheckboxSelectMultiple
    )
    birthday = forms.ChoiceField(
        label=gettext_lazy("Birthday"),
        required=False,
        choices=[
            ("", gettext_lazy("no")),
            ("day", gettext_lazy("on the day")),
            ("month", gettext_lazy("in the month")),
        ],
    )
    birthday_factor = forms.DecimalField(label=gettext_lazy("on birthdays times"), **FACTOR)  # type: ignore[arg-type]
    first_day = forms.DateField(label=gettext_lazy("From day"), required=False, widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("until day"), required=False, widget=DayInput())
    window_factor = forms.DecimalField(label=gettext_lazy("on these days times"), **FACTOR)  # type: ignore[arg-type]
    month_days = forms.CharField(
        label=gettext_lazy("Member days of the month"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("e.g. 8, 18, 28"),
    )
    month_days_factor = forms.DecimalField(label=gettext_lazy("on member days times"), **FACTOR)  # type: ignore[arg-type]
    fast_products = forms.CharField(
        label=gettext_lazy("Products or tags"), required=False, max_length=2_000, help_text=NAMES_HELP
    )
    fast_products_factor = forms.DecimalField(label=gettext_lazy("for these times"), **FACTOR)  # type: ignore[arg-type]
    combine = forms.ChoiceField(
        label=gettext_lazy("When several apply"),
        choices=[("highest", gettext_lazy("the highest counts")), ("add", gettext_lazy("they add up"))],
    )
    cap_event = _number(gettext_lazy("at once"))
    cap_day = _number(gettext_lazy("per member and day"))
    times_day = _number(gettext_lazy("times per member and day"))
    cap_month = _number(gettext_lazy("per member and month"))
    cap_member = _number(gettext_lazy("per member altogether"))
    times_member = _number(gettext_lazy("times per member altogether"))
    cap_all = _number(gettext_lazy("for everybody altogether"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the tiers that there are, and those of which the rule tells."""
        super().__init__(*args, **kwargs)
        told_of = [name.removeprefix(TIER_FACTOR) for name in self.initial if name.startswith(TIER_FACTOR)]
        self.tiers = dict(tier_choices(clock.now(), [*self.initial.get("only_tiers", ()), *told_of]))
        self.fields |= {
            f"{TIER_FACTOR}{code}": forms.DecimalField(label=_("%(tier)s times") % {"tier": name}, **FACTOR)  # type: ignore[arg-type]
            for code, name in self.tiers.items()
        }
        if self.tiers:
            self.fields["only_tiers"].choices = list(self.tiers.items())  # type: ignore[attr-defined]
        else:
            del self.fields["only_tiers"]

    def clean(self) -> dict[str, Any]:
        """See that what belongs together is all there, so that nothing typed is left out in silence."""
        typed: dict[str, Any] = self.cleaned_data
        self._clean_told(typed)
        for name, others, sentence in TOGETHER:
            if typed.get(name) and not any(typed.get(other) for other in others):
                self.add_error(name, sentence)
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This is before the first day."))
        return typed

    def _clean_told(self, typed: dict[str, Any]) -> None:
        event, _dot, told = typed.get("told", "").partition(".")
        other, values = typed.get("other_property", "").strip(), typed.get("property_values")
        if told and other:
            self.add_error("other_property", _("Choose one of both."))
        if told and event != typed.get("event"):
            self.add_error("told", _("The event chosen above does not tell this."))
        if (told or other) and not values:
            self.add_error("property_values", _("Say which values count."))
        if values and not (told or other):
            self.add_error("property_values", _("Say above of what."))
        typed["property_name"] = told or other

    def clean_month_days(self) -> str:
        """See that member days are days of a month."""
        typed: str = self.cleaned_data["month_days"]
        if not all(day.isascii() and day.isdigit() and 1 <= int(day) <= 31 for day in names_in(typed)):
            raise forms.ValidationError(_("Days from 1 to 31 with commas between them."))
        return typed

    def sections(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the groups of fields with their titles."""
        factors = [f"{TIER_FACTOR}{code}" for code in self.tiers]
        for title, names in SECTIONS:
            shown = [each for name in names for each in (factors if name == TIER_FACTOR else [name])]
            yield title, [self[name] for name in shown if name in self.fields]

    def wording(self, currency: str) -> RuleWording:
        """Return the rule that was typed.

        Raises:
            RuleWrong: when a list cannot be read, or the parts do not make a rule.
        """
        values = self.cleaned_data
        money = values["basis"] == "amount"
        try:
            rule = Rule(
                event=values["event"],
                basis=values["basis"],
                units=values["units"],
                per=1 if values["basis"] == "event" else _count(values["per"], currency, money=money),
                currency=currency if money else "",
                least=_count(values["least"] or 0, currency, money=money),
                conditions=tuple(_conditions(values)),
                accelerators=tuple(_accelerators(values)),
                combine=values["combine"],
                caps=tuple(
                    Cap(scope, values[name], counted)  # type: ignore[arg-type]
                    for name, scope, counted in CAPS
                    if values[name] is not None
                ),
            )
        except ValueError as error:
            raise RuleWrong(field=_("Rule"), reason=str(error)) from None
        return RuleWording(
            name=values["name"],
            asset=values["asset"],
            rule=rule,
            wait_days=values["wait_days"] or 0,
            valid_days=values["valid_days"],
        )


def _count(value: Decimal | int, currency: str, *, money: bool) -> int:
    return to_minor(Decimal(value), currency) if money else max(int(value), 0)


def _conditions(values: dict[str, Any]) -> Iterator[Condition]:
    for field, operator, words in (
        ("product", "in", names_in(values["products"])),
        ("product", "not_in", names_in(values["without_products"])),
        ("channel", "in", names_in(values["channels"])),
        (values["property_name"], "in", names_in(values["property_values"])),
        ("tier", "in", tuple(values.get("only_tiers", ()))),
    ):
        if words:
            yield Condition(field, operator, words)  # type: ignore[arg-type]


def _accelerators(values: dict[str, Any]) -> Iterator[Accelerator]:
    for name, factor in values.items():
        if name.startswith(TIER_FACTOR) and factor:
            code = name.removeprefix(TIER_FACTOR)
            yield Accelerator(code, _permille(factor), tiers=(code,))
    if values["birthday"] and values["birthday_factor"]:
        yield Accelerator("birthday", _permille(values["birthday_factor"]), birthday=values["birthday"])
    if values["window_factor"]:
        yield Accelerator(
            "window",
            _permille(values["window_factor"]),
            first_day=values["first_day"],
            last_day=values["last_day"],
        )
    if values["month_days_factor"] and (days := names_in(values["month_days"])):
        yield Accelerator(
            "member_day", _permille(values["month_days_factor"]), month_days=tuple(map(int, days))
        )
    if values["fast_products_factor"] and (words := names_in(values["fast_products"])):
        permille = _permille(values["fast_products_factor"])
        yield Accelerator("products", permille, conditions=(Condition("product", "in", words),))
        yield Accelerator("tags", permille, conditions=(Condition("tags", "has", words),))


def _permille(factor: Decimal) -> int:
    return int(factor * PERMILLE)
