"""Rules of earning and their reasons in the words that operators and members read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qunying.engines.earning import PERMILLE, Accelerator, Cap, Condition, Rule
from qunying.kernel.money import display_money
from qunying.rewards.earning.occasions import TIER
from qunying.rewards.earning.terms import engine_rule
from qunying.rewards.models import Asset, EarningRule
from qunying.rewards.tiers.naming import tier_names
from qunying.stream.events import EventType
from qunying.stream.property_titles import property_title


def describe_rule(row: EarningRule) -> list[str]:
    """Return what a rule says, one sentence each."""
    rule = engine_rule(row)
    return [
        base_words(row.asset, rule),
        *(_condition_words(each, rule.event) for each in rule.conditions),
        *(_accelerator_words(each) for each in rule.accelerators),
        *(_cap_words(each) for each in rule.caps),
        *_time_words(row),
    ]


def base_words(asset: str, rule: Rule) -> str:
    """Return what the event is worth."""
    known = EventType.known.get(rule.event)
    values: dict[str, Any] = {
        "gives": _gives(asset, rule.units),
        "event": str(known.title if known else rule.event),
    }
    if rule.basis == "amount":
        values["per"] = display_money(rule.per, rule.currency)
        text = _("%(event)s: %(gives)s for every %(per)s paid") % values
    elif rule.basis == "quantity":
        text = ngettext(
            "%(event)s: %(gives)s for every piece",
            "%(event)s: %(gives)s for every %(per)s pieces",
            rule.per,
        ) % {**values, "per": rule.per}
    else:
        text = _("%(event)s: %(gives)s each time") % values
    if not rule.least:
        return text
    least = display_money(rule.least, rule.currency) if rule.basis == "amount" else f"{rule.least:,}"
    return text + _(", from %(least)s") % {"least": least}


def _gives(asset: str, units: int) -> str:
    if asset == Asset.POINTS:
        return ngettext("{count} point", "{count} points", units).format(count=f"{units:,}")
    return _("%(units)s growth value") % {"units": f"{units:,}"}


def factor_words(permille: int) -> str:
    """Return a factor as people write it: ×1.5."""
    return f"×{permille / PERMILLE:g}"


def _tiers(codes: Sequence[str]) -> list[str]:
    names = tier_names()
    return [names.get(code, code) for code in codes]


def _condition_words(each: Condition, event: str) -> str:
    own = {"product": _("Product"), "channel": _("Sales channel"), TIER: _("Tier")}
    field = own.get(each.field) or property_title(each.field, event)
    values = {"field": field, "values": ", ".join(_tiers(each.values) if each.field == TIER else each.values)}
    if each.operator == "not_in":
        return _("%(field)s: not %(values)s") % values
    if each.operator == "at_least":
        return _("%(field)s: at least %(values)s") % values
    return _("%(field)s: %(values)s") % values


def accelerator_name(each: Accelerator) -> str:
    """Return when an accelerator applies."""
    if each.tiers:
        return _("Tier %(tier)s") % {"tier": ", ".join(_tiers(each.tiers))}
    if each.birthday:
        return _("Birthday") if each.birthday == "day" else _("Month of the birthday")
    if each.month_days:
        return _("Member days %(days)s") % {"days": ", ".join(map(str, each.month_days))}
    if each.conditions:
        return ", ".join(each.conditions[0].values)
    days = {"first": each.first_day or "…", "last": each.last_day or "…"}
    return _("%(first)s to %(last)s") % days


def _accelerator_words(each: Accelerator) -> str:
    return f"{accelerator_name(each)}: {factor_words(each.permille)}"


def _cap_title(scope: str) -> str:
    return {
        "event": _("at once"),
        "member_day": _("per member and day"),
        "member_month": _("per member and month"),
        "member_total": _("per member altogether"),
        "all_day": _("for everybody in a day"),
        "all_total": _("for everybody altogether"),
    }[scope]


def _cap_words(cap: Cap) -> str:
    values = {"most": f"{cap.most:,}", "scope": _cap_title(cap.scope)}
    if cap.counted == "times":
        return (
            ngettext("At most %(most)s time %(scope)s", "At most %(most)s times %(scope)s", cap.most) % values
        )
    return _("At most %(most)s %(scope)s") % values


def _time_words(row: EarningRule) -> Iterator[str]:
    if row.asset != Asset.POINTS:
        return
    if row.wait_days:
        text = ngettext(
            "Pending for a return window of %(days)s day",
            "Pending for a return window of %(days)s days",
            row.wait_days,
        )
        yield text % {"days": row.wait_days}
    if row.valid_days:
        yield ngettext("Valid for %(days)s day", "Valid for %(days)s days", row.valid_days) % {
            "days": row.valid_days
        }
    else:
        yield _("Never ends")


def step_words(step: Mapping[str, Any], currency: str) -> str:
    """Return one reason of an earning."""
    code, fields = step["code"], step["fields"]
    if code == "base":
        if fields["basis"] == "amount":
            amounts = {
                "value": display_money(fields["value"], currency),
                "per": display_money(fields["per"], currency),
            }
            return _("%(value)s paid, %(units)s for every %(per)s") % {**amounts, "units": fields["units"]}
        if fields["basis"] == "quantity":
            text = ngettext(
                "%(value)s piece, %(units)s for every %(per)s",
                "%(value)s pieces, %(units)s for every %(per)s",
                int(fields["value"]),
            )
            return str(text % fields)
        return str(_("%(units)s each time") % fields)
    if code == "discounts":
        amounts = {name: display_money(fields[name], currency) for name in ("full", "off")}
        return _("%(full)s before our discounts of %(off)s") % amounts
    if code == "accelerator":
        name = fields["name"]
        title = _accelerator_titles().get(name) or tier_names().get(name, name)
        return f"{title} {factor_words(int(fields['permille']))}"
    values = {
        "most": f"{fields['most']:,}",
        "scope": _cap_title(str(fields["scope"])),
        "left": f"{fields['left']:,}",
    }
    if fields["counted"] == "times":
        text = ngettext(
            "at most %(most)s time %(scope)s, left: %(left)s",
            "at most %(most)s times %(scope)s, left: %(left)s",
            int(fields["most"]),
        )
        return text % values
    return _("at most %(most)s %(scope)s, left: %(left)s") % values


def _accelerator_titles() -> dict[str, str]:
    return {
        "birthday": _("Birthday"),
        "window": _("Time-limited"),
        "member_day": _("Member day"),
        "products": _("Product"),
        "tags": _("Tag"),
    }
