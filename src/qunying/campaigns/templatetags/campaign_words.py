"""Template words of campaigns: targets in their unit, intervals, a value from a mapping."""

from collections.abc import Mapping
from typing import Any

from django import template

from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import BASIS_POINTS, LIFT_METRICS, Metric
from qunying.engines.effect import Interval
from qunying.kernel.money import display_money
from qunying.kernel.templatetags.console import number, percent

register = template.Library()


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has under a key, else the key: ``{{ names|item:row.by }}``."""
    return mapping.get(key, key)


@register.simple_tag
def goal_target(campaign: Campaign) -> str:
    """The target of a campaign's goal as people say it: ``+10.0%``, ``¥2,000.00`` or ``500``."""
    return shown_amount(campaign.goal_metric, campaign.goal_target, campaign.currency)


def shown_amount(metric: str, value: int | None, currency: str) -> str:
    """Return a goal's figure in its unit; a dash when there is none."""
    if value is None:
        return "—"
    if metric in LIFT_METRICS:
        return signed_percent(value / BASIS_POINTS)
    return display_money(value, currency) if metric == Metric.NET_EFFECT else number(value)


@register.filter
def signed_percent(ratio: float | None) -> str:
    """A ratio as a percentage with its sign: ``+12.3%``."""
    if ratio is None:
        return "—"
    return f"+{percent(ratio)}" if ratio > 0 else percent(ratio)


@register.filter
def interval_percent(interval: Interval | None) -> str:
    """An interval of ratios: ``−3.1% … +12.3%``."""
    return "—" if interval is None else f"{signed_percent(interval.low)} … {signed_percent(interval.high)}"


@register.simple_tag
def goal_amount(metric: str, value: int | None, currency: str) -> str:
    """A goal's figure in its unit."""
    return shown_amount(metric, value, currency)


@register.simple_tag
def per_member(name: str, value: float | None, currency: str) -> str:
    """A mean per member: money for sales, a percentage for a share, else a number."""
    if value is None:
        return "—"
    if name == "sales":
        return display_money(round(value), currency)
    return percent(value) if name == "bought" else number(value)


@register.filter
def whole_minor(value: float | None) -> int | None:
    """A computed figure rounded to whole units, for ``money`` and counts."""
    return None if value is None else round(value)


@register.filter
def basis_points(value: int | None) -> str:
    """Basis points as a percentage: 2,000 is ``20%``."""
    return "—" if value is None else f"{number(value / 100)}%"
