"""What a person writes into a template, checked as a whole."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.coupon_value import BASIS_POINTS
from qunying.kernel import clock
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import CouponTemplate
from qunying.rewards.pricing.cart_terms import (
    COUPON_TERMS,
    CartTerms,
    check_cart_terms,
    check_names,
    read_cart_terms,
    stored_form,
)
from qunying.rewards.rounds import Round, read_rounds, stored_rounds

MAX_AMOUNT = 10**11
MAX_TOTAL = 10**8
MAX_PER_MEMBER = 1_000
MAX_DAYS = 3_650
MAX_ROUNDS = 50


class WordingWrong(Problem):
    """A field of the template does not make sense."""

    code = "wording_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The terms of a template. Amounts are minor units; days are the brand's, the last one included.

    kind: ``amount_off`` (with ``amount_minor``), ``percent_off`` (with ``percent_basis_points``, 2,000 is
        20 % off, and perhaps ``cap_minor``). audience: ``public``, ``targeted`` or ``code``. validity: ``days`` (with
        ``valid_days``, counted from the day of the claim) or ``dates`` (with ``valid_from`` and
        ``valid_until``). claim_from,
    claim_until: the days between which it may be claimed. kind ``gift`` has the three fields of that name (the worth
    is of one unit, and what a campaign's budget pays), ``free_shipping`` perhaps a ``cap_minor``. cart: for which
    products, where, and what it goes with. returns: it comes back when the whole order is returned. rounds: when how many
    of the total come out; none: all at once. leftover_ends: what is left of a round when the next one begins is not given any
    more; else it stays.
    """

    name: str
    kind: str
    currency: str
    total: int
    amount_minor: int | None = None
    percent_basis_points: int | None = None
    cap_minor: int | None = None
    threshold_minor: int = 0
    audience: str = "public"
    per_member: int = 1
    validity: str = "days"
    valid_days: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    claim_from: date | None = None
    claim_until: date | None = None
    campaign_id: UUID | None = None
    gift_product: str = ""
    gift_quantity: int | None = None
    gift_worth_minor: int | None = None
    cart: CartTerms = COUPON_TERMS
    returns: bool = True
    rounds: tuple[Round, ...] = ()
    leftover_ends: bool = False


def checked(wording: Wording) -> dict[str, Any]:
    """Return the fields of the template.

    Raises:
        WordingWrong: when a field does not make sense; what a kind or validity has no use for must be left
            out.
        UnknownCurrency: when there is no such currency.
    """
    _need(
        bool(wording.name.strip()) and len(wording.name) <= 100 and "\0" not in wording.name,
        "name",
        _("1 to 100 letters"),
    )
    _between(wording.total, 1, MAX_TOTAL, "total")
    _between(wording.per_member, 1, MAX_PER_MEMBER, "per_member")
    _between(wording.threshold_minor, 0, MAX_AMOUNT, "threshold_minor")
    _need(wording.audience in CouponTemplate.Audience.values, "audience", _("public, targeted or code"))
    _check_kind(wording)
    _check_validity(wording)
    check_cart_terms(wording.cart)
    _check_rounds(wording)
    own = {name: value for name, value in asdict(wording).items() if name != "cart"}
    return {
        **own,
        "name": wording.name.strip(),
        "currency": checked_currency(wording.currency),
        "cart_terms": stored_form(wording.cart),
        "rounds": stored_rounds(wording.rounds),
    }


def wording_of(template: CouponTemplate) -> Wording:
    """Return the terms of a template as a person would write them."""
    others = {"cart", "rounds"}
    own = {field.name: getattr(template, field.name) for field in fields(Wording) if field.name not in others}
    return Wording(**own, cart=read_cart_terms(template.cart_terms), rounds=tuple(read_rounds(template)))


def _check_kind(wording: Wording) -> None:
    kinds = CouponTemplate.Kind
    _need(wording.kind in kinds.values, "kind", " / ".join(kinds.values))
    if wording.kind != kinds.AMOUNT_OFF:
        _absent(wording, "amount_minor")
    if wording.kind != kinds.PERCENT_OFF:
        _absent(wording, "percent_basis_points")
    if wording.kind != kinds.GIFT:
        _absent(wording, "gift_quantity", "gift_worth_minor")
        _need(not wording.gift_product, "gift_product", _("has no use here, leave it out"))
    if wording.kind in {kinds.AMOUNT_OFF, kinds.GIFT}:
        _absent(wording, "cap_minor")
    if wording.kind == kinds.AMOUNT_OFF:
        _between(wording.amount_minor, 1, MAX_AMOUNT, "amount_minor")
    elif wording.kind == kinds.GIFT:
        check_names("gift_product", [wording.gift_product])
        _between(wording.gift_quantity, 1, MAX_PER_MEMBER, "gift_quantity")
        _between(wording.gift_worth_minor, 1, MAX_AMOUNT // MAX_PER_MEMBER, "gift_worth_minor")
    else:
        _check_share(wording)


def _check_share(wording: Wording) -> None:
    if wording.kind == CouponTemplate.Kind.PERCENT_OFF:
        _between(wording.percent_basis_points, 1, BASIS_POINTS, "percent_basis_points")
    if wording.cap_minor is not None:
        _between(wording.cap_minor, 1, MAX_AMOUNT, "cap_minor")
    elif wording.campaign_id is not None:
        _need(holds=False, field="cap_minor", reason=_("a campaign's budget needs a cap"))


def _check_validity(wording: Wording) -> None:
    if wording.validity == CouponTemplate.Validity.DAYS:
        _between(wording.valid_days, 0, MAX_DAYS, "valid_days")
        _absent(wording, "valid_from", "valid_until")
    else:
        _need(wording.validity == CouponTemplate.Validity.DATES, "validity", _("days or dates"))
        _absent(wording, "valid_days")
        _need(wording.valid_from is not None, "valid_from", _("is missing"))
        _need(wording.valid_until is not None, "valid_until", _("is missing"))
        _in_order(wording.valid_from, wording.valid_until, "valid_until")
    _in_order(wording.claim_from, wording.claim_until, "claim_until")
    for day in (wording.valid_from, wording.valid_until, wording.claim_from, wording.claim_until):
        _need(day is None or 2000 <= day.year <= 2200, "valid_until", _("a year from 2000 to 2200"))


def _check_rounds(wording: Wording) -> None:
    rounds = wording.rounds
    _need(bool(rounds) or not wording.leftover_ends, "leftover_ends", _("has no use here, leave it out"))
    if not rounds:
        return
    _need(len(rounds) <= MAX_ROUNDS, "rounds", _("at most {count}").format(count=MAX_ROUNDS))
    for each in rounds:
        _between(each.quantity, 1, MAX_TOTAL, "rounds")
        _need(each.at.second == each.at.microsecond == 0, "rounds", _("whole minutes"))
    times = [each.at for each in rounds]
    _need(times == sorted(set(times)), "rounds", _("each later than the one before"))
    units = sum(each.quantity for each in rounds)
    _need(units == wording.total, "total", _("the rounds make {units:,}").format(units=units))
    zone = get_brand().zone
    first, last = (clock.local_day(at, zone) for at in (times[0], times[-1]))
    days = [day for day in (wording.claim_until, wording.valid_until) if day is not None]
    _need(not days or last <= min(days), "rounds", _("after the last day for claims"))
    _need(wording.claim_from is None or first >= wording.claim_from, "rounds", _("before the first day"))


def _need(holds: bool, field: str, reason: object) -> None:
    if not holds:
        raise WordingWrong(field=field, reason=str(reason))


def _between(value: int | None, least: int, most: int, field: str) -> None:
    _need(value is not None and least <= value <= most, field, f"{least:,} – {most:,}")


def _absent(wording: Wording, *fields: str) -> None:
    for field in fields:
        _need(getattr(wording, field) is None, field, _("has no use here, leave it out"))


def _in_order(first: date | None, last: date | None, field: str) -> None:
    _need(first is None or last is None or first <= last, field, _("is before the first day"))
