"""What offers and coupons say about carts: what they count for, where, for whom, and what they go with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_offers import Scope
from qunying.kernel.problems import Kind, Problem

MOST_NAMES = 500
MOST_LETTERS = 100
MOST_UNITS = 10_000
LISTS = ("products", "tags", "without_products", "without_tags", "channels", "stores", "tiers")
CHOICES = {"counts": ("left", "list"), "once_per": ("line", "cart"), "alone": ("no", "lines", "cart")}
CHANNELS = ("online", "store")


class TermsWrong(Problem):
    """A field of an offer does not make sense."""

    code = "terms_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


@dataclass(frozen=True, kw_only=True)
class CartTerms:
    """Scope, conditions and stacking; the words are those of ``engines.cart_offers.Offer``.

    products, tags: what it counts for (none named: everything), less without_products and without_tags. channels:
    "online", "store" (none: both). stores, tiers: codes (none: all). stage: 1 to 9, worked out in that order.
    """

    products: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    without_products: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    least_units: int = 0
    stage: int = 5
    counts: str = "left"
    group: str = ""
    once_per: str = "line"
    alone: str = "no"

    @property
    def scope(self) -> Scope:
        """Which lines are meant."""
        return Scope(
            frozenset(self.products),
            frozenset(self.tags),
            frozenset(self.without_products),
            frozenset(self.without_tags),
        )


# One coupon an order, after everything else, unless its template says otherwise.
COUPON_TERMS = CartTerms(stage=7, group="coupon", once_per="cart")


def read_cart_terms(stored: Mapping[str, Any], default: CartTerms = COUPON_TERMS) -> CartTerms:
    """Return terms as the database or a program wrote them; what is not said is as in ``default``."""
    known = {field.name for field in fields(CartTerms)}
    values = {name: value for name, value in stored.items() if name in known}
    return CartTerms(**{**asdict(default), **values, **_tuples({**asdict(default), **values})})


def _tuples(values: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values[name]) for name in LISTS}


def stored_form(terms: CartTerms, default: CartTerms = COUPON_TERMS) -> dict[str, Any]:
    """Return what of the terms differs from ``default``, as JSON keeps it."""
    usual = asdict(default)
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(terms).items()
        if value != usual[name]
    }


def check_cart_terms(terms: CartTerms) -> None:
    """Refuse terms that make no sense.

    Raises:
        TermsWrong.
    """
    for name in LISTS:
        check_names(name, getattr(terms, name))
    need(set(terms.channels) <= set(CHANNELS), "channels", _("online or store"))
    for name, choices in CHOICES.items():
        need(getattr(terms, name) in choices, name, " / ".join(choices))
    need(1 <= terms.stage <= 9, "stage", "1 – 9")
    need(0 <= terms.least_units <= MOST_UNITS, "least_units", f"0 – {MOST_UNITS:,}")
    need(len(terms.group) <= 40 and "\0" not in terms.group, "group", _("at most 40 letters"))


def check_names(field: str, names: Sequence[str]) -> None:
    """Refuse lists of names that are too long, or names that are none.

    Raises:
        TermsWrong.
    """
    need(len(names) <= MOST_NAMES, field, _("at most 500"))
    for name in names:
        fits = 1 <= len(name) <= MOST_LETTERS and name.isprintable() and name.strip() == name
        need(fits, field, _("1 to 100 letters"))


def need(holds: bool, field: str, reason: object) -> None:
    """Refuse unless something holds.

    Raises:
        TermsWrong.
    """
    if not holds:
        raise TermsWrong(field=field, reason=str(reason))
