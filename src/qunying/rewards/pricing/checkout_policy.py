"""What the brand says of points at the checkout: checked, as the engine wants it, and which version holds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qunying.engines.cart_offers import Scope
from qunying.engines.coupon_value import BASIS_POINTS
from qunying.engines.points_payment import PaymentTerms
from qunying.kernel.money import checked_currency
from qunying.rewards.models import CheckoutPolicy
from qunying.rewards.pricing.cart_terms import check_names, need

MOST_RATE = 10**7
MOST_AMOUNT = 10**11
MOST_SHARE = BASIS_POINTS


@dataclass(frozen=True, kw_only=True)
class CheckoutWording:
    """What points pay, and how the amounts of orders come in; amounts are minor units of ``currency``.

    minor_per_hundred: what a hundred points pay, 0 for nothing. least_minor: what the goods of an order have to come to.
    share_basis_points: the largest share of what is to be paid for goods (10,000 is all of it). most_minor: the most for one
    order (None: no such limit). products, tags: for which points pay (none named: all), less without_products and
    without_tags. with_coupons: whether an order may use coupons as well. order_amounts: "after" or "before" our own discounts;
    points are earned for what was paid, so what comes before them is lowered by them.
    """

    currency: str
    minor_per_hundred: int = 0
    least_minor: int = 0
    share_basis_points: int = BASIS_POINTS
    most_minor: int | None = None
    products: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_products: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    with_coupons: bool = True
    order_amounts: str = CheckoutPolicy.OrderAmounts.AFTER


SCOPE = ("products", "tags", "without_products", "without_tags")


def checked_policy(wording: CheckoutWording) -> dict[str, Any]:
    """Return the fields of a policy.

    Raises:
        TermsWrong: a field does not make sense.
        UnknownCurrency: there is no such currency.
    """
    need(0 <= wording.minor_per_hundred <= MOST_RATE, "minor_per_hundred", f"0 – {MOST_RATE:,}")
    need(0 <= wording.least_minor <= MOST_AMOUNT, "least_minor", f"0 – {MOST_AMOUNT:,}")
    need(1 <= wording.share_basis_points <= BASIS_POINTS, "share_basis_points", "1 – 10,000")
    need(
        wording.most_minor is None or 1 <= wording.most_minor <= MOST_AMOUNT,
        "most_minor",
        f"1 – {MOST_AMOUNT:,}",
    )
    amounts = CheckoutPolicy.OrderAmounts.values
    need(wording.order_amounts in amounts, "order_amounts", " / ".join(amounts))
    for name in SCOPE:
        check_names(name, getattr(wording, name))
    fields = asdict(wording)
    scope = {name: list(names) for name in SCOPE if (names := fields.pop(name))}
    return {**fields, "currency": checked_currency(wording.currency), "scope": scope}


def find_policy() -> CheckoutPolicy | None:
    """Return the version that holds, or None while nobody has written one."""
    return CheckoutPolicy.objects.order_by("-number").first()


def payment_terms(policy: CheckoutPolicy) -> PaymentTerms | None:
    """Return what points may pay under a policy as the engine wants it; None when they pay for nothing."""
    if not policy.minor_per_hundred:
        return None
    return PaymentTerms(
        policy.minor_per_hundred, policy.least_minor, policy.share_basis_points, policy.most_minor
    )


def scope_of(stored: Mapping[str, list[str]]) -> Scope:
    """Return for which products points pay as the engine wants it."""
    return Scope(*(frozenset(stored.get(name, ())) for name in SCOPE))
