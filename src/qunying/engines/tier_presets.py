"""Four patterns of tiers found in real programmes, made from levels (their entries; what keeping takes is set here)."""

from collections.abc import Sequence
from dataclasses import replace

from qunying.engines.tier_policy import Level, Policy


def immediate(levels: Sequence[Level]) -> Policy:
    """Return preset (a): growth value of a lifetime; a return that lowers it lowers the tier at once."""
    return Policy(tuple(replace(level, keep=level.enter) for level in levels))


def half_year(levels: Sequence[Level]) -> Policy:
    """Return preset (b): six months of validity, counted anew after an upgrade; returns across windows floored at zero."""
    return Policy(tuple(levels), "period", months=6, resets=True, warning_days=30)


def yearly(levels: Sequence[Level], keep_orders: int = 2) -> Policy:
    """Return preset (c): a year; to keep a level takes half of its entry and a number of orders, more by level."""
    changed = [
        replace(level, keep=level.enter // 2, keep_orders=keep_orders * place)
        for place, level in enumerate(levels)
    ]
    return Policy(tuple(changed), "period", months=12, warning_days=30)


def rolling_quarter(levels: Sequence[Level]) -> Policy:
    """Return preset (d): the last 90 days; who falls below is warned and has seven days."""
    changed = tuple(replace(level, keep=level.enter) for level in levels)
    return Policy(changed, "rolling", days=90, grace_days=7)
