"""An earning rule as its editor shows it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qunying.engines.earning import PERMILLE, Accelerator, Condition
from qunying.kernel.money import to_decimal
from qunying.rewards.doors.earning_form import ASKED_ABOVE, CAPS, TIER_FACTOR, EarningForm
from qunying.rewards.earning.terms import engine_rule
from qunying.rewards.models import EarningRule
from qunying.stream.property_titles import list_properties


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
    shown |= _initial_conditions(rule.event, rule.conditions)
    shown |= _initial_accelerators(rule.accelerators)
    return shown


def says_more(row: EarningRule, currency: str) -> bool:
    """Tell whether a rule, written by a program, says more than the editor can show."""
    form = EarningForm(initial_of(row, currency), initial=initial_of(row, currency))
    return not form.is_valid() or form.wording(currency).rule != engine_rule(row)


def _initial_conditions(event: str, conditions: Sequence[Condition]) -> dict[str, Any]:
    names = {("product", "in"): "products", ("product", "not_in"): "without_products", ("channel", "in"): "channels"}  # fmt: skip
    offered = {name for name, _title in list_properties(event)} - ASKED_ABOVE
    shown: dict[str, Any] = {}
    for each in conditions:
        text = ", ".join(each.values)
        if name := names.get((each.field, each.operator)):
            shown[name] = text
        elif each.field == "tier":
            shown["only_tiers"] = list(each.values)
        elif each.field in offered:
            shown |= {"told": f"{event}.{each.field}", "property_values": text}
        else:
            shown |= {"other_property": each.field, "property_values": text}
    return shown


def _initial_accelerators(accelerators: Sequence[Accelerator]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for each in accelerators:
        factor = (Decimal(each.permille) / PERMILLE).normalize()
        if each.tiers:
            shown |= {f"{TIER_FACTOR}{code}": factor for code in each.tiers}
        elif each.birthday:
            shown |= {"birthday": each.birthday, "birthday_factor": factor}
        elif each.month_days:
            days = ", ".join(map(str, each.month_days))
            shown |= {"month_days": days, "month_days_factor": factor}
        elif each.conditions:
            shown |= {"fast_products": ", ".join(each.conditions[0].values), "fast_products_factor": factor}
        else:
            shown |= {"first_day": each.first_day, "last_day": each.last_day, "window_factor": factor}
    return shown
