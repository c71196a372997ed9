"""The editor of an earning rule: what operators type, and the rule that it means."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.engines.earning import PERMILLE, Accelerator, Cap, Condition, Rule, Scope
from qunying.kernel.inputs import DayInput
from qunying.kernel.money import to_decimal, to_minor
from qunying.rewards.earning.drafting import RuleWording, RuleWrong
from qunying.rewards.earning.earning_events import EARNING_EVENTS
from qunying.rewards.earning.terms import engine_rule
from qunying.rewards.models import Asset, EarningRule
from qunying.stream.events import EventType

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
CAPS: tuple[tuple[str, Scope, str], ...] = (
    ("cap_event", "event", "units"),
    ("cap_day", "member_day", "units"),
    ("times_day", "member_day", "times"),
    ("cap_month", "member_month", "units"),
    ("cap_member", "member_total", "units"),
    ("times_member", "member_total", "times"),
    ("cap_all", "all_total", "units"),
)
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        gettext_lazy("What earns how much"),
        ("name", "asset", "event", "basis", "units", "per", "least", "wait_days", "valid_days"),
    ),
    (
        gettext_lazy("Only for"),
        ("products", "without_products", "channels", "property_name", "property_values", "only_tiers"),
    ),
    (
        gettext_lazy("Accelerators"),
        (
            "tier_factors",
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


def _number(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10**9, required=False, **more)


class EarningForm(forms.Form):
    """A rule of earning. Lists are separated by commas."""

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
    products = forms.CharField(label=gettext_lazy("Only these products"), required=False, max_length=2_000)
    without_products = forms.CharField(
        label=gettext_lazy("Without these products"), required=False, max_length=2_000
    )
    channels = forms.CharField(label=gettext_lazy("Sales channels"), required=False, max_length=500)
    property_name = forms.CharField(
        label=gettext_lazy("Property of the event"), required=False, max_length=64
    )
    property_values = forms.CharField(label=gettext_lazy("is one of"), required=False, max_length=500)
    only_tiers = forms.CharField(
        label=gettext_lazy("Tiers"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("e.g. silver, gold"),
    )
    tier_factors = forms.CharField(
        label=gettext_lazy("Tiers earn times"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("e.g. silver=1.2, gold=1.5"),
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
    fast_products = forms.CharField(label=gettext_lazy("Products or tags"), required=False, max_length=2_000)
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

    def clean(self) -> dict[str, Any]:
        """See that what belongs together is all there, so that nothing typed is left out in silence."""
        typed: dict[str, Any] = self.cleaned_data
        for name, others, sentence in TOGETHER:
            if typed.get(name) and not any(typed.get(other) for other in others):
                self.add_error(name, sentence)
        first, last = typed.get("first_day"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("This is before the first day."))
        return typed

    def clean_month_days(self) -> str:
        """See that member days are days of a month."""
        typed: str = self.cleaned_data["month_days"]
        if not all(day.isascii() and day.isdigit() and 1 <= int(day) <= 31 for day in _words(typed)):
            raise forms.ValidationError(_("Days from 1 to 31 with commas between them."))
        return typed

    def sections(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the groups of fields with their titles."""
        for title, names in SECTIONS:
            yield title, [self[name] for name in names]

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


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.replace("，", ",").split(",") if part.strip()))


def _conditions(values: dict[str, Any]) -> Iterator[Condition]:
    for field, operator, text in (
        ("product", "in", values["products"]),
        ("product", "not_in", values["without_products"]),
        ("channel", "in", values["channels"]),
        (values["property_name"].strip() or "-", "in", values["property_values"]),
        ("tier", "in", values["only_tiers"]),
    ):
        if words := _words(text):
            yield Condition(field, operator, words)  # type: ignore[arg-type]


def _accelerators(values: dict[str, Any]) -> Iterator[Accelerator]:
    for word in _words(values["tier_factors"]):
        tier, sign, factor = word.partition("=")
        if not sign:
            raise RuleWrong(field=_("Tiers earn times"), reason=_("write tier=factor, e.g. gold=1.5"))
        yield Accelerator(tier.strip(), _permille(factor), tiers=(tier.strip(),))
    if values["birthday"] and values["birthday_factor"]:
        yield Accelerator("birthday", _permille(values["birthday_factor"]), birthday=values["birthday"])
    if values["window_factor"]:
        yield Accelerator(
            "window",
            _permille(values["window_factor"]),
            first_day=values["first_day"],
            last_day=values["last_day"],
        )
    if values["month_days_factor"] and (days := _words(values["month_days"])):
        yield Accelerator(
            "member_day", _permille(values["month_days_factor"]), month_days=tuple(map(int, days))
        )
    if values["fast_products_factor"] and (words := _words(values["fast_products"])):
        permille = _permille(values["fast_products_factor"])
        yield Accelerator("products", permille, conditions=(Condition("product", "in", words),))
        yield Accelerator("tags", permille, conditions=(Condition("tags", "has", words),))


def _permille(factor: Any) -> int:
    try:
        return int(Decimal(str(factor).strip()) * PERMILLE)
    except ArithmeticError:
        raise RuleWrong(field=_("Accelerators"), reason=_("a factor is a number such as 1.5")) from None


def initial_of(row: EarningRule, currency: str) -> dict[str, Any]:
    """Return a rule as the editor shows it."""
    rule = engine_rule(row)
    money = rule.basis == "amount"
    shown: dict[str, Any] = {
        "name": row.name,
        "asset": row.asset,
        "event": row.event,
        "basis": rule.basis,
        "units": rule.units,
        "per": to_decimal(rule.per, currency) if money else rule.per,
        "least": (to_decimal(rule.least, currency) if money else rule.least) if rule.least else None,
        "wait_days": row.wait_days,
        "valid_days": row.valid_days,
        "combine": rule.combine,
    }
    shown |= {
        name: cap.most
        for name, scope, counted in CAPS
        for cap in rule.caps
        if (cap.scope, cap.counted) == (scope, counted)
    }
    shown |= _initial_conditions(rule.conditions)
    shown |= _initial_accelerators(rule.accelerators)
    return shown


def _initial_conditions(conditions: Sequence[Condition]) -> dict[str, Any]:
    names = {("product", "in"): "products", ("product", "not_in"): "without_products", ("channel", "in"): "channels",
             ("tier", "in"): "only_tiers"}  # fmt: skip
    shown = {}
    for each in conditions:
        text = ", ".join(each.values)
        name = names.get((each.field, each.operator))
        if name:
            shown[name] = text
        else:
            shown |= {"property_name": each.field, "property_values": text}
    return shown


def _initial_accelerators(accelerators: Sequence[Accelerator]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    tiers = []
    for each in accelerators:
        factor = (Decimal(each.permille) / PERMILLE).normalize()
        if each.tiers:
            tiers.append(f"{each.tiers[0]}={factor}")
        elif each.birthday:
            shown |= {"birthday": each.birthday, "birthday_factor": factor}
        elif each.month_days:
            days = ", ".join(map(str, each.month_days))
            shown |= {"month_days": days, "month_days_factor": factor}
        elif each.conditions:
            shown |= {"fast_products": ", ".join(each.conditions[0].values), "fast_products_factor": factor}
        else:
            shown |= {"first_day": each.first_day, "last_day": each.last_day, "window_factor": factor}
    return shown | {"tier_factors": ", ".join(tiers)}
