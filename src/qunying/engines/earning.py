"""What an occasion earns under a rule: pure, in whole units, with the reason for every number.

An *occasion* is one event of one member (a line of an order, a review, a check-in). A *rule* says what it is worth:
so many units for so much of the basis (the amount paid, the pieces, or the event itself), more for some (accelerators),
never more than some (caps).

Rounding rule: what an occasion is worth is ``basis x units x factor / (per x 1000)``, rounded down once, so nobody gets more
than the rule says, and a line is never worth less when more of it is kept. After a return the member keeps what the rule
gives for what they kept, and never more than they were given: parts returned one after the other take back the same as
all of them at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

PERMILLE = 1_000

type Basis = Literal["amount", "quantity", "event"]
type Operator = Literal["in", "not_in", "has", "at_least"]
type Scope = Literal["event", "member_day", "member_month", "member_total", "all_day", "all_total"]
type Counted = Literal["units", "times"]

SCOPES: tuple[Scope, ...] = (
    "event",
    "member_day",
    "member_month",
    "member_total",
    "all_day",
    "all_total",
)


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be true of an occasion.

    field: ``product``, ``tier``, ``amount``, ``quantity``, or the name of a property of the event (``channel``, ``stars`` …).
    operator and values: it is one of the values, none of them, has one of them in a list with commas (tags), or is a number not
    below the first one.
    """

    field: str
    operator: Operator
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.field or not self.values:
            raise ValueError("a condition names a field and at least one value")
        if self.operator == "at_least":
            int(self.values[0])


@dataclass(frozen=True, slots=True)
class Accelerator:
    """When the rule gives more: all that is said here has to hold; ``permille`` 2,000 is twice as much.

    days are the brand's, the last one included; weekdays count from Monday = 0; month_days are days of a month
    (a brand's member day); birthday is the day or the whole month of it.
    """

    name: str
    permille: int
    first_day: date | None = None
    last_day: date | None = None
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    tiers: tuple[str, ...] = ()
    birthday: Literal["", "day", "month"] = ""
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if not PERMILLE < self.permille <= 100 * PERMILLE:
            raise ValueError("an accelerator gives more than once and at most a hundred times as much")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day is before the first one")


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that may be earned: units, or times, within the scope. A day is the brand's."""

    scope: Scope
    most: int
    counted: Counted = "units"

    def __post_init__(self) -> None:
        if self.most < 0 or (self.scope == "event" and self.counted == "times"):
            raise ValueError("a cap is not negative, and one event happens once")

    @property
    def key(self) -> str:
        """What tells the caps of a rule apart."""
        return f"{self.scope}:{self.counted}"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an event is worth.

    units for every ``per`` of the basis: minor units of ``currency``, pieces, or the event itself (``per`` 1). least: what the
    basis must come to. combine: of several accelerators the highest counts, or what they add is added up.
    """

    event: str
    basis: Basis
    units: int
    per: int = 1
    currency: str = ""
    least: int = 0
    conditions: tuple[Condition, ...] = ()
    accelerators: tuple[Accelerator, ...] = ()
    combine: Literal["highest", "add"] = "highest"
    caps: tuple[Cap, ...] = ()

    def __post_init__(self) -> None:
        if self.units < 1 or self.per < 1 or self.least < 0:
            raise ValueError("a rule gives at least one unit for at least one of the basis")
        if self.basis == "amount" and not self.currency:
            raise ValueError("amounts have a currency")
        if len({cap.key for cap in self.caps}) < len(self.caps):
            raise ValueError("one cap per scope")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event of one member. ``day`` is the brand's; amounts are minor units, net of every discount.

    birthday: (month, day) or None. tier: the member's at that time, empty when they have none. full_minor: what the amount came
    to before discounts, when returns are counted like that.
    """

    event: str
    day: date
    amount_minor: int | None = None
    currency: str = ""
    quantity: int | None = None
    product: str = ""
    properties: Mapping[str, str] | None = None
    tier: str = ""
    birthday: tuple[int, int] | None = None
    full_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what an occasion was paid: enough to say what a part of it is worth, whatever the rule says by now.

    full: what the value came to before discounts when what goes back is counted like that, 0 when both are the same.
    """

    basis: Basis
    value: int
    units: int
    per: int
    permille: int
    least: int
    full: int = 0

    @property
    def whole(self) -> int:
        """What of the basis may go back."""
        return self.full or self.value


@dataclass(frozen=True, slots=True)
class Step:
    """One reason: a code and its numbers, for people to be told in their language."""

    code: str
    fields: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Earned:
    """What an occasion earns, under which terms, and why so much."""

    units: int
    terms: Terms
    steps: tuple[Step, ...]


def mismatch(rule: Rule, occasion: Occasion) -> Step | None:
    """Return why the rule is not about the occasion, or None when it is."""
    if rule.event != occasion.event:
        return Step("other_event", {"event": occasion.event})
    if rule.basis == "amount" and occasion.currency != rule.currency:
        return Step("other_currency", {"currency": occasion.currency})
    for condition in rule.conditions:
        if not _holds(condition, occasion):
            return Step("condition", {"field": condition.field, "value": _field(condition.field, occasion)})
    value = basis_of(rule, occasion)
    if value <= 0 or value < rule.least:
        return Step("too_little", {"value": value, "least": max(1, rule.least)})
    return None


def earn(rule: Rule, occasion: Occasion, used: Mapping[str, int] | None = None) -> Earned | None:
    """Return what the occasion earns, or None when the rule is not about it.

    Args:
        used: by cap key, what was earned before within the cap's scope.
    """
    if mismatch(rule, occasion) is not None:
        return None
    applied = tuple(each for each in rule.accelerators if _speeds(each, occasion))
    permille = _factor(applied, rule.combine)
    full = occasion.full_minor or 0 if rule.basis != "quantity" else 0
    terms = Terms(rule.basis, basis_of(rule, occasion), rule.units, rule.per, permille, rule.least, full)
    units = worth(terms, terms.value)
    steps = [
        Step("base", {"basis": rule.basis, "value": terms.value, "units": rule.units, "per": rule.per}),
        *([Step("discounts", {"full": full, "off": full - terms.value})] if full else []),
        *(Step("accelerator", {"name": each.name, "permille": each.permille}) for each in applied),
    ]
    for cap in rule.caps:
        left = max(0, cap.most - (used or {}).get(cap.key, 0))
        allowed = left if cap.counted == "units" else (units if left else 0)
        if units > allowed:
            steps.append(
                Step("cap", {"scope": cap.scope, "counted": cap.counted, "most": cap.most, "left": left})
            )
            units = allowed
    return Earned(units, terms, tuple(steps))


def worth(terms: Terms, value: int) -> int:
    """Return what ``value`` of the basis is worth under the terms, before caps; never less for more."""
    if value <= 0 or value < terms.least:
        return 0
    times = 1 if terms.basis == "event" else value
    return times * terms.units * terms.permille // (terms.per * PERMILLE)


def kept(given: int, terms: Terms, returned: int) -> int:
    """Return how many of the ``given`` units stay with the member when ``returned`` of the basis went back."""
    back = max(0, returned)
    if terms.full:
        back = back * terms.value // terms.full
    return min(given, worth(terms, terms.value - back))


def spread(returned: int, values: Sequence[int]) -> list[int]:
    """Return how much of each basis went back when ``returned`` did: the first ones first, none beyond its value."""
    parts = []
    for value in values:
        part = min(max(0, returned), value)
        parts.append(part)
        returned -= part
    return parts


def basis_of(rule: Rule, occasion: Occasion) -> int:
    """Return how much of the rule's basis the occasion has; an event without amount counts as one."""
    if rule.basis == "amount":
        return occasion.amount_minor or 0
    if rule.basis == "quantity":
        return occasion.quantity or 0
    if occasion.amount_minor is not None:
        return occasion.amount_minor
    return 1


def _factor(applied: Sequence[Accelerator], combine: str) -> int:
    if not applied:
        return PERMILLE
    if combine == "add":
        return PERMILLE + sum(each.permille - PERMILLE for each in applied)
    return max(each.permille for each in applied)


def _field(field: str, occasion: Occasion) -> str:
    match field:
        case "product":
            return occasion.product
        case "tier":
            return occasion.tier
        case "amount":
            return str(occasion.amount_minor or 0)
        case "quantity":
            return str(occasion.quantity or 0)
    return (occasion.properties or {}).get(field, "")


def _holds(condition: Condition, occasion: Occasion) -> bool:
    value = _field(condition.field, occasion)
    if condition.operator == "in":
        return value in condition.values
    if condition.operator == "not_in":
        return value not in condition.values
    if condition.operator == "has":
        return any(part.strip() in condition.values for part in value.split(","))
    try:
        return int(value) >= int(condition.values[0])
    except ValueError:
        return False


def _speeds(each: Accelerator, occasion: Occasion) -> bool:
    day = occasion.day
    return (
        (each.first_day is None or day >= each.first_day)
        and (each.last_day is None or day <= each.last_day)
        and (not each.weekdays or day.weekday() in each.weekdays)
        and (not each.month_days or day.day in each.month_days)
        and (not each.tiers or occasion.tier in each.tiers)
        and all(_holds(condition, occasion) for condition in each.conditions)
        and (not each.birthday or is_birthday(occasion.birthday, day, whole_month=each.birthday == "month"))
    )


def is_birthday(birthday: tuple[int, int] | None, day: date, *, whole_month: bool = False) -> bool:
    """Tell whether a day is the birthday (or in its month); who was born on 29 February has it on the 28th in other years."""
    if birthday is None:
        return False
    month, number = birthday
    if whole_month or day.month != month:
        return day.month == month
    if (month, number) == (2, 29) and not _is_leap(day.year):
        number = 28
    return day.day == number


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
