"""One spelling for values that arrive in many: text, phone numbers, addresses, currencies, money, dates.

Every function takes one value and returns its normal form, None for an empty one, or raises `Unreadable`
with a stable code. Normal forms are stable: normalising one again returns it unchanged. Made for forms,
roster rows and the rows that set-based SQL refuses, not for millions of values.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal, get_args

from babel.numbers import get_currency_precision, is_currency

DateOrder = Literal["year_month_day", "day_month_year", "month_day_year"]

ZERO_WIDTH_JOINER = "\u200d"
LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
# Two-digit years below this lie in this century.
CENTURY_TURN = 70
LARGEST_MONEY = Decimal(10) ** 15

CHINA_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})", re.ASCII)
INTERNATIONAL = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)
LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
PLAIN_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
CURRENCY_NAMES = {
    "RMB": "CNY", "¥": "CNY", "元": "CNY", "人民币": "CNY", "$": "USD", "US$": "USD", "美元": "USD",
    "£": "GBP", "英镑": "GBP", "€": "EUR", "欧元": "EUR", "HK$": "HKD", "港币": "HKD", "日元": "JPY",
}  # fmt: skip
CLOCK = (
    r"(?:[T ]\s*(?P<hour>\d{1,2})[:时点](?P<minute>\d{2})"
    r"(?:[:分](?P<second>\d{2})(?:\.(?P<fraction>\d{1,9}))?秒?)?分?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<offset>Z|z|[+-]\d{2}:?\d{2})?)?"
)
YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?" + CLOCK, re.ASCII
)
DIGITS_ONLY = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2}))?",
    re.ASCII,
)
DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + CLOCK, re.ASCII)
MONTH_FIRST = re.compile(
    r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + CLOCK, re.ASCII
)
PATTERNS = {
    "year_month_day": (YEAR_FIRST, DIGITS_ONLY),
    "day_month_year": (DAY_FIRST,),
    "month_day_year": (MONTH_FIRST,),
}


class Unreadable(ValueError):  # noqa: N818 - the value is at fault, not the program
    """A value that has no normal form. code: stable, for example "phone"; value: what was given."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"unreadable {code}: {value!r}")
        self.code = code
        self.value = value


def text(value: str) -> str | None:
    """Return the text in NFKC, without invisible characters, with single spaces and none at the ends.

    Full-width letters and digits become plain ones. Control, format and surrogate characters are dropped
    (NUL, zero width space, direction marks, byte order mark), except the joiner inside an emoji such as
    👨‍👩‍👧; line breaks and tabs count as spaces.
    """
    composed = unicodedata.normalize("NFKC", value)
    kept = [_visible(composed, position) for position in range(len(composed))]
    # Dropping a mark can bring together what composes: once more, for a stable form.
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).split()) or None


def phone(value: str) -> str | None:
    """Return the number in E.164 form, "+8613800138000".

    Chinese mobile numbers are understood with and without 86; any other number must carry + or 00 and its
    country code (ITU-T E.164: at most 15 digits). Raises: Unreadable("phone").
    """
    plain = text(value)
    if plain is None:
        return None
    digits = re.sub(r"[\s().\-‐‑–—]", "", plain)
    if china := CHINA_MOBILE.fullmatch(digits):
        return "+86" + china[1]
    international = INTERNATIONAL.fullmatch(digits)
    # 86 with anything but a mobile number behind it is a landline, which cannot receive a message.
    if international and not international[1].startswith("86"):
        return "+" + international[1]
    raise Unreadable("phone", value)


def email(value: str) -> str | None:
    """Return the address in lower case, its domain in ASCII (IDNA).

    Upper and lower case before the @ are treated as equal, as all large providers do, so that one person
    stays one member. Quoted local parts and addresses of IP numbers are refused. Raises:
    Unreadable("email").
    """
    plain = text(value)
    if plain is None:
        return None
    if len(plain) > LONGEST_EMAIL:
        raise Unreadable("email", value)
    local, at, domain = plain.lower().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise Unreadable("email", value) from None
    fits = len(local) <= LONGEST_LOCAL_PART and len(local) + 1 + len(ascii_domain) <= LONGEST_EMAIL
    if not (at and fits and LOCAL_PART.fullmatch(local) and DOMAIN.fullmatch(ascii_domain)):
        raise Unreadable("email", value)
    return f"{local}@{ascii_domain}"


def currency(value: str) -> str | None:
    """Return the ISO 4217 code; understands RMB, 元, ¥ (as CNY), $, £, €, HK$ and a few Chinese names.

    Raises: Unreadable("currency").
    """
    plain = text(value)
    if plain is None:
        return None
    code = CURRENCY_NAMES.get(plain.upper(), plain.upper())
    if not is_currency(code):
        raise Unreadable("currency", value)
    return code


def money_minor(value: str | float | Decimal, currency_code: str) -> int | None:
    """Return the amount in integer minor units of the currency (fen, pence; yen have none).

    Halves are rounded away from zero, like PostgreSQL and DuckDB round decimals. Text may carry the
    currency's sign and commas between thousands; a decimal comma is refused because it could be either.
    Raises: Unreadable("money") also for amounts from 10**15 up, NaN and infinity.
    """
    if isinstance(value, str):
        plain = text(value)
        if plain is None:
            return None
        bare = re.sub(r"^(-?)\s*(?:[¥$£€元]|[A-Z]{3})\s*|\s*(?:元|[A-Z]{3})$", r"\1", plain)
        if not PLAIN_NUMBER.fullmatch(bare):
            raise Unreadable("money", value)
        plain = bare.replace(",", "")
    else:
        plain = str(value)
    try:
        amount = Decimal(plain)
        if not (amount.is_finite() and abs(amount) < LARGEST_MONEY):
            raise Unreadable("money", str(value))
    except InvalidOperation:
        raise Unreadable("money", str(value)) from None
    minor = amount.scaleb(get_currency_precision(currency_code))
    return int(minor.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def moment(value: str, order: DateOrder) -> datetime | None:
    """Return date and time as written: naive, or aware when the text carries an offset. Without a time:
    midnight.

    order: how the date is written. "year_month_day" reads 2011-12-09, 2011/12/9, 2011.12.9, 2011年12月9日,
    20111209 and 20111209153000; the other two 9/12/2011, 09-12-11, 9.12.2011. Times: 8:26, 08:26:00,
    08:26:00.123, 8:26 PM, 8时26分, with Z or +08:00 behind. Parts of seconds below a microsecond are cut.
    Raises: Unreadable("date").
    """
    plain = text(value)
    if plain is None:
        return None
    for pattern in PATTERNS[order]:
        if found := pattern.fullmatch(plain):
            try:
                return _built({name: part for name, part in found.groupdict().items() if part})
            except ValueError:
                break
    raise Unreadable("date", value)


def date_orders(samples: Iterable[str]) -> list[DateOrder]:
    """Return every order in which all samples can be read; empty samples do not count.

    More than one answer (1/2/2011) means that only somebody who knows the file can decide; no answer that
    some value is no date, or that the file mixes orders.
    """
    left: list[DateOrder] = list(get_args(DateOrder))
    for sample in samples:
        left = [order for order in left if _readable(sample, order)]
    return left


def to_utc(local: datetime, zone: tzinfo) -> datetime:
    """Return the moment in UTC; an aware time keeps its own offset, a naive one is on the clocks of `zone`.

    A time that the clocks skipped (spring) moves forward by the skipped hour; a time that they showed twice
    (autumn) is the later one, in standard time. Both as PostgreSQL and DuckDB do it, so that bulk imports
    agree.
    """
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    earlier, later = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    # In a gap the two readings lie the other way round.
    twice = earlier.utcoffset() != later.utcoffset() and earlier.astimezone(UTC) < later.astimezone(UTC)
    return (later if twice else earlier).astimezone(UTC)


def _visible(value: str, position: int) -> str:
    character = value[position]
    if character.isspace():
        return " "
    if character == ZERO_WIDTH_JOINER and 0 < position < len(value) - 1:
        # An emoji, possibly with a variation selector or skin tone, on the left and another one on the right.
        around = unicodedata.category(value[position - 1]), unicodedata.category(value[position + 1])
        return character if around[0] in ("So", "Sk", "Mn") and around[1] == "So" else ""
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _readable(value: str, order: DateOrder) -> bool:
    try:
        moment(value, order)
    except Unreadable:
        return False
    return True


def _built(parts: dict[str, str]) -> datetime:
    """Put a matched date together. Raises: ValueError when there is no such day or time."""
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < CENTURY_TURN else 1900
    hour = int(parts.get("hour", 0))
    if "half" in parts:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour")
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    return datetime(
        year,
        int(parts["month"]),
        int(parts["day"]),
        hour,
        int(parts.get("minute", 0)),
        int(parts.get("second", 0)),
        int(parts.get("fraction", "0").ljust(6, "0")[:6]),
        tzinfo=_offset(parts.get("offset")),
    )


def _offset(written: str | None) -> timezone | None:
    if written is None:
        return None
    if written in ("Z", "z"):
        return UTC
    digits = written[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if written[0] == "-" else size)
