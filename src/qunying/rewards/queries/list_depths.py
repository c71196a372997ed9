"""How far below their list price products were really sold, so that the list price goes on meaning something."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from qunying.rewards.models import POINTS_KEY, OrderPrice, OrderPriceLine

SHORT, LONG = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True)
class Sold:
    """Units sold in a span of days, at list prices and as paid, in minor units."""

    units: int
    list_minor: int
    paid_minor: int

    @property
    def depth(self) -> float | None:
        """The share of the list price that was taken off, 0-1; None when nothing was sold."""
        return 1 - self.paid_minor / self.list_minor if self.list_minor else None


@dataclass(frozen=True)
class Depth:
    """A product in the last 30 and 90 days. ``deepening``: it was cheaper lately than over the whole time."""

    product: str
    currency: str
    short: Sold
    long: Sold

    @property
    def deepening(self) -> bool:
        """Whether the last 30 days took more off than the 90 days did, by at least one point."""
        return self.short.depth is not None and self.short.depth >= (self.long.depth or 0) + 0.01


def list_depths(now: datetime) -> list[Depth]:
    """Return every product of paid orders of the last 90 days whose price was asked for here, the deepest first.

    Orders that came back whole are left out; of the others every unit counts as it was sold.
    """
    lines = OrderPriceLine.objects.filter(
        order_price__state=OrderPrice.State.REDEEMED,
        order_price__redeemed_at__gt=now - LONG,
        order_price__redeemed_at__lte=now,
    )
    lately = Q(order_price__redeemed_at__gt=now - SHORT)
    # Points pay; they take nothing off the price.
    points = Coalesce(Cast(KT(f"off_by__{POINTS_KEY}"), BigIntegerField()), 0)
    lines = lines.annotate(sold_minor=F("paid_minor") + points)
    fields = ("quantity", "list_minor", "sold_minor")
    sums = {f"long_{name}": Sum(name) for name in fields}
    sums |= {f"short_{name}": Sum(Case(When(lately, then=F(name)), default=0)) for name in fields}
    rows: list[Any] = list(
        lines.values("product", "order_price__currency").annotate(**sums).order_by("product")
    )
    found = [
        Depth(
            row["product"],
            row["order_price__currency"],
            Sold(*(int(row[f"short_{name}"]) for name in fields)),
            Sold(*(int(row[f"long_{name}"]) for name in fields)),
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-(each.long.depth or 0), each.product))
