"""What an automatic offer promises: checked as a whole, and as the engine wants it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_offers import (
    AmountOff,
    Benefit,
    Bundle,
    BuyGet,
    EveryOff,
    FreeShipping,
    Gift,
    Offer,
    PercentOff,
    StepsOff,
    UnitPercent,
    UnitPrice,
)
from qunying.kernel.money import checked_currency
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.cart_terms import (
    CartTerms,
    TermsWrong,
    check_cart_terms,
    check_names,
    need,
    read_cart_terms,
)
from qunying.rewards.pricing.limits import OfferLimits, check_limits

MAX_AMOUNT = 10**11
MAX_STEPS = 10
MAX_GIFTS = 1_000
PROMOTION_TERMS = CartTerms(group="promotion")
NO_LIMITS = OfferLimits()

# What each kind needs, and what it may have besides; nothing else has a use there.
NEEDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "amount_off": (("amount_minor",), ("threshold_minor",)),
    "percent_off": (("basis_points",), ("cap_minor", "threshold_minor")),
    "steps": (("steps",), ()),
    "every": (("each_minor", "amount_minor"), ("most_times",)),
    "unit_price": (("price_minor",), ()),
    "unit_percent": (("basis_points",), ()),
    "bundle": (("units", "price_minor"), ("most_times", "threshold_minor")),
    "buy_get": (("buy", "get"), ("most_times", "threshold_minor")),
    "gift": (("gift_product", "gift_quantity", "gift_worth_minor"), ("threshold_minor",)),
    "free_shipping": ((), ("cap_minor", "threshold_minor")),
}


@dataclass(frozen=True, kw_only=True)
class Promise:
    """The numbers of an offer, in minor units, basis points and units; which of them, its kind says.

    steps: (from a total of, amount off) rising, such as ((20000, 2000), (30000, 5000)).
    """

    amount_minor: int | None = None
    basis_points: int | None = None
    cap_minor: int | None = None
    steps: tuple[tuple[int, int], ...] = ()
    each_minor: int | None = None
    most_times: int | None = None
    price_minor: int | None = None
    units: int | None = None
    buy: int | None = None
    get: int | None = None
    gift_product: str = ""
    gift_quantity: int | None = None
    gift_worth_minor: int | None = None
    threshold_minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class PromotionWording:
    """A whole offer: name, kind, currency, when (aware instants, the end excluded), numbers, and where it counts.

    campaign_id: the campaign whose budget pays what it costs; its held-out members do not get it.
    """

    name: str
    kind: str
    currency: str
    promise: Promise
    cart: CartTerms = PROMOTION_TERMS
    limits: OfferLimits = NO_LIMITS
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    campaign_id: UUID | None = None


def checked_promotion(wording: PromotionWording) -> dict[str, Any]:
    """Return the fields of a promotion.

    Raises:
        TermsWrong: when a field does not make sense; what a kind has no use for must be left out.
        UnknownCurrency: when there is no such currency.
    """
    need(
        bool(wording.name.strip()) and len(wording.name) <= 100 and "\0" not in wording.name,
        "name",
        _("1 to 100 letters"),
    )
    need(wording.kind in NEEDED, "kind", " / ".join(NEEDED))
    in_order = wording.starts_at is None or wording.ends_at is None or wording.starts_at < wording.ends_at
    need(in_order, "ends_at", _("is before the beginning"))
    _check_promise(wording.kind, wording.promise)
    check_cart_terms(wording.cart)
    is_tag = wording.kind in {"unit_price", "unit_percent"}
    need(
        not (is_tag and wording.cart.counts == "list"),
        "counts",
        _("a price of a product always goes by the list"),
    )
    fields: dict[str, Any] = {
        "name": wording.name.strip(),
        "kind": wording.kind,
        "currency": checked_currency(wording.currency),
        "starts_at": wording.starts_at,
        "ends_at": wording.ends_at,
        "campaign_id": wording.campaign_id,
        "terms": {
            "promise": {
                name: value for name, value in asdict(wording.promise).items() if value not in (None, "", ())
            },
            "cart": asdict(wording.cart),
        },
    }
    limits = check_limits(wording.limits)
    if limits:
        fields["terms"]["limits"] = limits
    try:
        offer_of(Promotion(**fields))
    except ValueError as error:
        reason = _("these numbers do not fit together, see what the kind needs")
        raise TermsWrong(field="kind", reason=str(reason)) from error
    return fields


def _check_promise(kind: str, promise: Promise) -> None:
    needed, possible = NEEDED[kind]
    for name, value in asdict(promise).items():
        given = value not in (None, "", ())
        need(given or name not in needed, name, _("is missing"))
        need(not given or name in (*needed, *possible), name, _("has no use here, leave it out"))
        if given and isinstance(value, int):
            need(0 <= value <= MAX_AMOUNT, name, f"0 – {MAX_AMOUNT:,}")
    need(len(promise.steps) <= MAX_STEPS, "steps", _("at most 10"))
    for threshold, off in promise.steps:
        need(0 < off <= threshold <= MAX_AMOUNT, "steps", f"1 – {MAX_AMOUNT:,}")
    if promise.gift_product:
        check_names("gift_product", [promise.gift_product])
        worth = MAX_AMOUNT // MAX_GIFTS
        need(1 <= (promise.gift_quantity or 0) <= MAX_GIFTS, "gift_quantity", f"1 – {MAX_GIFTS:,}")
        need(1 <= (promise.gift_worth_minor or 0) <= worth, "gift_worth_minor", f"1 – {worth:,}")


def promise_of(promotion: Promotion) -> Promise:
    """Return the numbers of a promotion."""
    stored = dict(promotion.terms["promise"])
    stored["steps"] = tuple((int(step[0]), int(step[1])) for step in stored.get("steps", ()))
    return Promise(**stored)


def cart_terms_of(promotion: Promotion) -> CartTerms:
    """Return where a promotion counts and what it goes with."""
    return read_cart_terms(promotion.terms["cart"], PROMOTION_TERMS)


def offer_of(promotion: Promotion) -> Offer:
    """Return a promotion as the engine wants it.

    Raises: ValueError when its numbers do not fit together.
    """
    promise, cart = promise_of(promotion), cart_terms_of(promotion)
    return Offer(
        id=f"promotion:{promotion.id}",
        benefit=_benefit(promotion.kind, promise),
        currency=promotion.currency,
        scope=cart.scope,
        starts_at=promotion.starts_at,
        ends_at=promotion.ends_at,
        threshold_minor=promise.threshold_minor or 0,
        **stacking_of(cart),
    )


def stacking_of(cart: CartTerms) -> dict[str, Any]:
    """Return the conditions and rules of stacking as the engine names them."""
    return {
        "channels": frozenset(cart.channels),
        "stores": frozenset(cart.stores),
        "tiers": frozenset(cart.tiers),
        "least_units": cart.least_units,
        "stage": cart.stage,
        "counts": cart.counts,
        "group": cart.group,
        "once_per": cart.once_per,
        "alone": cart.alone,
    }


def _benefit(kind: str, promise: Promise) -> Benefit:
    benefits: dict[str, Any] = {
        "amount_off": lambda: AmountOff(promise.amount_minor or 0),
        "percent_off": lambda: PercentOff(promise.basis_points or 0, promise.cap_minor),
        "steps": lambda: StepsOff(promise.steps),
        "every": lambda: EveryOff(promise.each_minor or 0, promise.amount_minor or 0, promise.most_times),
        "unit_price": lambda: UnitPrice(promise.price_minor or 0),
        "unit_percent": lambda: UnitPercent(promise.basis_points or 0),
        "bundle": lambda: Bundle(promise.units or 0, promise.price_minor or 0, promise.most_times),
        "buy_get": lambda: BuyGet(promise.buy or 0, promise.get or 0, promise.most_times),
        "gift": lambda: Gift(promise.gift_product, promise.gift_quantity or 0, promise.gift_worth_minor or 0),
        "free_shipping": lambda: FreeShipping(promise.cap_minor),
    }
    benefit: Benefit = benefits[kind]()
    return benefit
