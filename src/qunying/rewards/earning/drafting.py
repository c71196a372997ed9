"""What a person writes into a rule of earning, checked as a whole; finding and locking rules."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from qunying.engines.earning import Rule
from qunying.kernel.money import UnknownCurrency, checked_currency
from qunying.kernel.plain_reasons import first_refusal
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import is_storable
from qunying.ledger.entries import check_reason
from qunying.rewards.earning.terms import RULES, plain
from qunying.rewards.models import Asset, EarningRule
from qunying.rewards.wording import MAX_DAYS
from qunying.stream.events import is_event_name

MOST_UNITS = 10**9
MOST_PARTS = 20
# What members never earn by: what the platform gives and takes, and what undoes something.
NOT_EARNING = ("points", "growth", "tier", "coupon", "badge", "ledger")


class RuleNotFound(Problem):
    """There is no such rule of earning."""

    code = "earning_rule_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such earning rule.")


class RuleNotDraft(Problem):
    """What was published stays as it is."""

    code = "earning_rule_not_draft"
    kind = Kind.CONFLICT
    message = _("Only a draft can be changed, published or thrown away. Write the next version instead.")


class RuleEnded(Problem):
    """The rule is not in force."""

    code = "earning_rule_ended"
    kind = Kind.CONFLICT
    message = _("This rule is not in force.")


class RuleWrong(Problem):
    """A field of the rule does not make sense."""

    code = "earning_rule_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


@dataclass(frozen=True, kw_only=True)
class RuleWording:
    """A rule of earning: what it is called, what it gives, for what (the engine's rule), and for how long.

    wait_days: days of the return window, during which points are pending. valid_days: local days until they end (None: never).
    """

    name: str
    asset: str
    rule: Rule
    wait_days: int = 0
    valid_days: int | None = None


def checked_rule(wording: RuleWording) -> dict[str, Any]:
    """Return the fields of a rule.

    Raises:
        RuleWrong: a field does not make sense.
        ReasonNotFit: the name holds somebody's contact.
    """
    name, rule = wording.name.strip(), wording.rule
    _need(bool(name) and len(name) <= 100 and is_storable(name), "name", _("1 to 100 letters"))
    check_reason(name)  # it goes into the book with whatever is earned
    _need(wording.asset in Asset.values, "asset", _("points or growth value"))
    _need(
        is_event_name(rule.event) and rule.event.split("_", 1)[0] not in NOT_EARNING,
        "event",
        _("something that members do"),
    )
    _need(not rule.event.endswith("_refunded"), "event", _("something that members do"))
    _need(max(rule.units, rule.per, rule.least) <= MOST_UNITS, "units", f"1 – {MOST_UNITS:,}")
    _need(rule.basis == "amount" or rule.per == 1 or rule.basis == "quantity", "per", _("1 for an event"))
    parts = [*rule.conditions, *rule.accelerators, *rule.caps]
    _need(len(parts) <= MOST_PARTS, "rule", _("too many conditions, accelerators and caps"))
    _need(0 <= wording.wait_days <= MAX_DAYS, "wait_days", f"0 – {MAX_DAYS:,}")
    _need(
        wording.valid_days is None or 0 <= wording.valid_days <= MAX_DAYS, "valid_days", f"0 – {MAX_DAYS:,}"
    )
    terms = plain(rule)
    _need(is_storable(str(terms)), "rule", _("signs that cannot be kept"))
    if rule.currency:
        try:
            checked_currency(rule.currency)
        except UnknownCurrency:
            raise RuleWrong(field="currency", reason=str(_("not an ISO 4217 code"))) from None
    return {
        "name": name,
        "asset": wording.asset,
        "event": rule.event,
        "terms": terms,
        "wait_days": wording.wait_days if wording.asset == Asset.POINTS else 0,
        "valid_days": wording.valid_days if wording.asset == Asset.POINTS else None,
    }


def read_engine_rule(value: object) -> Rule:
    """Return a rule given as plain JSON.

    Raises:
        RuleWrong: it is none.
    """
    try:
        return RULES.validate_python(value)
    except ValidationError as error:
        place, why = first_refusal(error)
        raise RuleWrong(field=place or "rule", reason=why[:200]) from None


def get_rule(rule_id: UUID) -> EarningRule:
    """Return a version of a rule.

    Raises:
        RuleNotFound: there is none.
    """
    rule = EarningRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise RuleNotFound
    return rule


def lock_rule(rule_id: UUID) -> EarningRule:
    """Return a version of a rule, all versions held until the transaction ends.

    Raises:
        RuleNotFound: there is none.
    """
    series = get_rule(rule_id).series
    versions = {
        row.id: row
        for row in EarningRule.objects.select_for_update().filter(series=series).order_by("version")
    }
    if rule_id not in versions:
        raise RuleNotFound
    return versions[rule_id]


def _need(holds: bool, field: str, reason: object) -> None:
    if not holds:
        raise RuleWrong(field=field, reason=str(reason))
