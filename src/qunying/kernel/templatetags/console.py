"""Template words for the console: command ids in forms, money and numbers as people read them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from django import template
from django.forms import BaseForm
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, to_locale

from qunying.kernel.ids import new_id
from qunying.kernel.money import display_money
from qunying.kernel.problems import Problem

register = template.Library()
_ADDRESS = re.compile(r"(https?://[!-~]+)")


def _locale() -> str:
    return to_locale(get_language() or "en")


@register.simple_tag
def command_id() -> SafeString:
    """A hidden field that makes sending a form twice the same as sending it once."""
    return format_html('<input type="hidden" name="command_id" value="{}">', new_id())


@register.filter
def money(amount_minor: int | None, currency: str) -> str:
    """Minor units as an amount: ``{{ total_minor|money:currency }}``."""
    return "—" if amount_minor is None else display_money(amount_minor, currency)


@register.filter
def money_whole(amount_minor: int | None, currency: str) -> str:
    """Minor units as a rounded amount, for headline figures."""
    return "—" if amount_minor is None else display_money(amount_minor, currency, whole=True)


@register.filter
def number(value: float | None) -> str:
    """A number with the separators of the language; at most two decimals."""
    return "—" if value is None else format_decimal(value, format="#,##0.##", locale=_locale())


@register.filter
def percent(ratio: float | None) -> str:
    """A ratio 0–1 as a percentage with one decimal."""
    return "—" if ratio is None else format_percent(ratio, format="#,##0.0%", locale=_locale())


@register.filter
def basis_points(value: int | None) -> str:
    """Hundredths of a percent as a percentage: 1,250 is ``12.5%``."""
    return "—" if value is None else format_percent(value / 10_000, format="#,##0.##%", locale=_locale())


@register.filter
def local_time(instant: datetime | None, zone: str) -> str:
    """An instant in the brand's zone: ``{{ order.placed_at|local_time:zone }}``."""
    if instant is None:
        return "—"
    return format_datetime(instant.astimezone(ZoneInfo(zone)), "yyyy-MM-dd HH:mm", locale=_locale())


@register.filter
def with_links(text: str) -> SafeString:
    """A plain text whose web addresses can be followed, also where no space stands before them."""
    parts = _ADDRESS.split(text)
    return format_html_join(
        "", "{}", ((_link(part) if place % 2 else part,) for place, part in enumerate(parts))
    )


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" rel="nofollow noreferrer">{}</a>', address, address)


@register.filter
def in_words(code: str) -> str:
    """The sentence of a problem of which only the code was kept; what was filled in then is left open."""
    known = Problem.by_code.get(code)
    return code if known is None else str(known())


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form: sentences about the whole of it, and the labels of fields that have an error of their own."""

    texts: list[str]
    labels: list[str]


@register.filter
def what_is_wrong(form: object) -> Wrong | None:
    """What a form tells above itself; None when nothing is wrong, or when it is only a part of a form."""
    if not isinstance(form, BaseForm) or not form.errors:
        return None
    texts = [str(text) for text in form.non_field_errors()]
    return Wrong(texts, [capfirst(str(field.label)) for field in form if field.errors])


@register.filter
def day(value: date | None) -> str:
    """A calendar day."""
    return "—" if value is None else format_date(value, "yyyy-MM-dd", locale=_locale())
