"""Carts as shops ask about them: checked, then as the engine wants them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_offers import MOST_UNITS, Cart, CartLine
from qunying.engines.coupon_value import BASIS_POINTS
from qunying.kernel.money import checked_currency
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import PriceFloor
from qunying.rewards.pricing.cart_terms import CHANNELS

MOST_LINES = 200
MOST_TAGS = 50
MAX_PRICE = 10**10
MAX_TOTAL = 10**12


class CartWrong(Problem):
    """A field of the cart does not make sense."""

    code = "cart_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


class MixedCurrencies(Problem):
    """The lines of one cart are in several currencies."""

    code = "mixed_currencies"
    kind = Kind.INVALID
    message = _("A cart is in one currency: {currency}, not {other}.")


@dataclass(frozen=True, kw_only=True)
class AskedLine:
    """One line: an id of the shop's own, the product's code, units, the list price of one unit, what it is tagged as."""

    id: str
    product: str
    quantity: int
    unit_price_minor: int
    tags: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True, kw_only=True)
class AskedCart:
    """What a member is about to buy; amounts are minor units of ``currency``. channel: "online" or "store"."""

    currency: str
    lines: tuple[AskedLine, ...]
    shipping_minor: int = 0
    channel: str = "online"
    store: str = ""


def engine_cart(asked: AskedCart, *, tier: str, now: datetime) -> Cart:
    """Return a cart as the engine wants it, each line with its floor.

    Raises:
        CartWrong: no line, two of one id, a quantity below one, a price below nothing or beyond measure.
        MixedCurrencies: a line in another currency.
        UnknownCurrency: there is no such currency.
    """
    currency = checked_currency(asked.currency)
    _check(asked, currency)
    floors = list(PriceFloor.objects.all())
    lines = tuple(
        CartLine(
            line.id,
            line.product,
            line.quantity,
            line.unit_price_minor,
            frozenset(line.tags),
            _floor(line, floors),
        )
        for line in asked.lines
    )
    return Cart(lines, currency, now, asked.shipping_minor, asked.channel, asked.store, tier)


def _check(asked: AskedCart, currency: str) -> None:
    _need(1 <= len(asked.lines) <= MOST_LINES, "lines", f"1 – {MOST_LINES}")
    _need(len({line.id for line in asked.lines}) == len(asked.lines), "lines", _("two lines of the same id"))
    _need(0 <= asked.shipping_minor <= MAX_PRICE, "shipping_minor", f"0 – {MAX_PRICE:,}")
    _need(asked.channel in CHANNELS, "channel", _("online or store"))
    _names("store", [asked.store] if asked.store else [])
    for line in asked.lines:
        if line.currency is not None and checked_currency(line.currency) != currency:
            raise MixedCurrencies(currency=currency, other=line.currency)
        _need(1 <= line.quantity <= MOST_UNITS, "quantity", f"1 – {MOST_UNITS:,}")
        _need(0 <= line.unit_price_minor <= MAX_PRICE, "unit_price_minor", f"0 – {MAX_PRICE:,}")
        _need(len(line.tags) <= MOST_TAGS, "tags", _("at most 50"))
        _names("lines", [line.id, line.product, *line.tags])
    total = sum(line.quantity * line.unit_price_minor for line in asked.lines)
    _need(total <= MAX_TOTAL, "lines", f"0 – {MAX_TOTAL:,}")


def _names(field: str, names: Iterable[str]) -> None:
    for name in names:
        _need(1 <= len(name) <= 100 and name.isprintable(), field, _("1 to 100 letters"))


def _need(holds: bool, field: str, reason: object) -> None:
    if not holds:
        raise CartWrong(field=field, reason=str(reason))


def _floor(line: AskedLine, floors: Sequence[PriceFloor]) -> int:
    shares = [
        floor.least_basis_points
        for floor in floors
        if floor.kind == PriceFloor.Kind.ALL
        or (floor.kind == PriceFloor.Kind.PRODUCT and floor.key == line.product)
        or (floor.kind == PriceFloor.Kind.TAG and floor.key in line.tags)
    ]
    return -(-line.quantity * line.unit_price_minor * max(shares, default=0) // BASIS_POINTS)
