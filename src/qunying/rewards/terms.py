"""What a template's words mean: the discount, when a coupon is valid, the rules as one hash."""

import hashlib
import json
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.engines import coupon_value
from qunying.kernel import clock
from qunying.kernel.money import to_decimal
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import CouponTemplate

_RULES = (
    "kind",
    "amount_minor",
    "percent_basis_points",
    "cap_minor",
    "threshold_minor",
    "currency",
    "audience",
    "total",
    "per_member",
    "validity",
    "valid_days",
    "valid_from",
    "valid_until",
    "claim_from",
    "claim_until",
    "zone",
    "campaign_id",
)


class TotalBelowThreshold(Problem):
    """The order is too small for the coupon."""

    code = "total_below_threshold"
    kind = Kind.CONFLICT
    message = _("The order comes to {total} {currency}; this coupon needs {threshold} {currency}.")


# Rules that came later: their usual values are left out, so that what was opened before keeps its hash.
_LATER_RULES: dict[str, object] = {
    "gift_product": "",
    "gift_quantity": None,
    "gift_worth_minor": None,
    "cart_terms": {},
    "returns": True,
    "rounds": [],
    "leftover_ends": False,
}


class CouponNeedsCart(Problem):
    """What the coupon takes off depends on the cart, not on a total."""

    code = "coupon_needs_cart"
    kind = Kind.CONFLICT
    message = _("What “{offer}” takes off depends on the cart: ask for its price and reserve the order.")


def engine_terms(template: CouponTemplate) -> coupon_value.Terms:
    """Return the template's terms as the engine wants them."""
    if template.kind == CouponTemplate.Kind.AMOUNT_OFF:
        return coupon_value.Terms("amount_off", template.amount_minor or 0, template.threshold_minor)
    return coupon_value.Terms(
        "percent_off", template.percent_basis_points or 0, template.threshold_minor, template.cap_minor
    )


def largest_discount(template: CouponTemplate) -> int | None:
    """Return the most that one coupon can cost the brand, in minor units; None when nothing bounds it."""
    if template.kind == CouponTemplate.Kind.GIFT:
        return (template.gift_quantity or 0) * (template.gift_worth_minor or 0)
    return template.amount_minor if template.kind == CouponTemplate.Kind.AMOUNT_OFF else template.cap_minor


def discount_on(template: CouponTemplate, total_minor: int) -> int:
    """Return what the coupon takes off an order.

    Raises:
        CouponNeedsCart: when more must be known than the total: a gift, shipping, some products only.
        TotalBelowThreshold: when the order is too small, or so small that nothing comes off.
    """
    by_cart = template.kind in {CouponTemplate.Kind.GIFT, CouponTemplate.Kind.FREE_SHIPPING}
    if by_cart or not set(template.cart_terms) <= {"group", "once_per", "stage"}:
        raise CouponNeedsCart(offer=template.name)
    discount = coupon_value.discount(engine_terms(template), total_minor)
    if discount == 0:
        raise TotalBelowThreshold(
            total=_decimal(total_minor, template.currency),
            threshold=_decimal(template.threshold_minor, template.currency),
            currency=template.currency,
        )
    return discount


def _decimal(amount_minor: int, currency: str) -> str:
    return str(to_decimal(amount_minor, currency))


def coupon_times(template: CouponTemplate, now: datetime) -> tuple[datetime, datetime]:
    """Return from when and until when a coupon claimed now is valid.

    "Seven days" lasts until the seventh local day after the claim is over; a last date until that local day
    is over.
    """
    if template.validity == CouponTemplate.Validity.DAYS:
        last = clock.local_day(now, template.zone) + timedelta(days=template.valid_days or 0)
        return now, clock.day_end(last, template.zone)
    if template.valid_from is None or template.valid_until is None:
        raise ValueError("a template with fixed dates has both")
    return (
        clock.day_start(template.valid_from, template.zone),
        clock.day_end(template.valid_until, template.zone),
    )


def claim_times(template: CouponTemplate) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when the template may be claimed; None where nothing bounds it.

    Nobody claims a coupon that has ended already.
    """
    ends = [day for day in (template.claim_until, template.valid_until) if day is not None]
    opens = clock.day_start(template.claim_from, template.zone) if template.claim_from else None
    return opens, clock.day_end(min(ends), template.zone) if ends else None


def rules_hash(template: CouponTemplate) -> str:
    """Return the hash of everything that a template promises, so that a change after opening shows."""
    rules = {name: _plain(getattr(template, name)) for name in _RULES}
    for name, usual in _LATER_RULES.items():
        value = getattr(template, name)
        if value != usual:
            rules[name] = value
    return hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | str) else str(value)
