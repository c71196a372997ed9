"""Money: integer minor units everywhere inside, decimals and symbols only where people read."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import Locale, get_global
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem


class UnknownCurrency(Problem):
    """The currency is not an ISO 4217 code."""

    code = "unknown_currency"
    kind = Kind.INVALID
    message = _("“{currency}” is not a currency code such as CNY or GBP.")


def minor_digits(currency: str) -> int:
    """Return how many decimal places the currency has (CNY 2, JPY 0)."""
    return get_currency_precision(currency)


def to_minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units, halves rounded away from zero."""
    return int(amount.scaleb(minor_digits(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    """Return minor units as a decimal amount of the currency."""
    return Decimal(amount_minor).scaleb(-minor_digits(currency))


def display_money(amount_minor: int, currency: str, *, whole: bool = False) -> str:
    """Return an amount as people of the active language write it, e.g. ``¥12.50``; ``whole`` rounds to ``¥13``."""
    amount = to_decimal(amount_minor, currency)
    locale = to_locale(get_language() or "en")
    if whole:
        return format_currency(round(amount), currency, format="¤#,##0", locale=locale, currency_digits=False)
    return format_currency(amount, currency, locale=locale)


def checked_currency(code: str) -> str:
    """Return the upper-case ISO 4217 code.

    Raises:
        UnknownCurrency: when there is no such currency.
    """
    upper = code.strip().upper()
    if upper not in get_global("all_currencies"):
        raise UnknownCurrency(currency=code)
    return upper


def list_currencies() -> list[tuple[str, str]]:
    """Return (code, what people read) of every currency that somewhere is legal tender today."""
    return _currencies(to_locale(get_language() or "en"))


@lru_cache(maxsize=8)
def _currencies(locale: str) -> list[tuple[str, str]]:
    used = get_global("territory_currencies").values()
    codes = {code for uses in used for code, _since, until, is_tender in uses if is_tender and until is None}
    names = Locale.parse(locale).currencies
    return [(code, f"{code} {names.get(code, '')}".strip()) for code in sorted(codes)]
