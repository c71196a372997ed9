"""Goods that a right is for: what flash sales and teams have in common in their rules."""

from collections import Counter
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qunying.activities.models import Activity, Right
from qunying.activities.rules import LARGEST_AMOUNT, MILLION, Line, Settings
from qunying.activities.stock import stock_up
from qunying.kernel.acts import Act

MOST_LINES = 3
STOCK_PREFIX = "unit_"
HOLDING = (Right.State.WAITING, Right.State.HELD, Right.State.RESERVED)

type StockCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[!-~]{1,50}$")]


class GoodsLine(BaseModel):
    """One line of what a right is for: so many of a product at a price. The same product may be in several lines.

    list_price_minor, price_minor: of one, before and now, in minor units. units: how many of the product there are
    for this activity; lines of one product add up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stock_code: StockCode
    name: Line
    quantity: int = Field(default=1, ge=1, le=99)
    list_price_minor: int = Field(ge=0, le=LARGEST_AMOUNT)
    price_minor: int = Field(ge=0, le=LARGEST_AMOUNT)
    units: int = Field(ge=0, le=MILLION)


class GoodsSettings(Settings):
    """What a right is for, and how long the shop has to confirm it (minutes)."""

    lines: list[GoodsLine] = Field(min_length=1, max_length=MOST_LINES)
    minutes: int = Field(default=15, ge=10, le=15)

    def needed(self) -> Counter[str]:
        """Return the units of each product in one right; several lines of one product are added up."""
        counted: Counter[str] = Counter()
        for line in self.lines:
            counted[line.stock_code] += line.quantity
        return counted

    def stocked(self) -> Counter[str]:
        """Return the units of each product that there are."""
        counted: Counter[str] = Counter()
        for line in self.lines:
            counted[line.stock_code] += line.units
        return counted

    def keys(self) -> dict[str, str]:
        """Return the name of each product's stock by its code."""
        return {code: f"{STOCK_PREFIX}{place}" for place, code in enumerate(sorted(self.needed()), 1)}

    def rights(self) -> int:
        """Return how many rights the stock is enough for."""
        stocked = self.stocked()
        return min(stocked[code] // count for code, count in self.needed().items())

    def total_minor_of_one(self) -> int:
        """Return the price of one right in minor units."""
        return sum(line.price_minor * line.quantity for line in self.lines)

    def stock_names(self) -> dict[str, str]:
        """Return what each stock is of."""
        names = {line.stock_code: line.name for line in reversed(self.lines)}
        return {key: names[code] for code, key in self.keys().items()} | {"right": _("Right to buy")}

    def saved_minor_of_one(self) -> int:
        """Return by how much one right is below the list price, in minor units."""
        saved = sum((line.list_price_minor - line.price_minor) * line.quantity for line in self.lines)
        return max(0, saved)

    def worth_minor(self) -> int:
        """Return by how much all rights together are below the list price."""
        return self.saved_minor_of_one() * self.rights()


def checked_goods(settings: GoodsSettings, *, at_least: int) -> None:
    """Refuse goods that make no sense.

    Raises: ValueError with a sentence.
    """
    if any(line.price_minor > line.list_price_minor for line in settings.lines):
        raise ValueError(_("a price is above the list price"))
    if settings.rights() < at_least:
        raise ValueError(_("the stock is not enough for {count} rights").format(count=at_least))


def stock_goods(activity: Activity, settings: GoodsSettings, act: Act) -> None:
    """Put the units of each product into the book."""
    stocked = settings.stocked()
    for code, key in settings.keys().items():
        stock_up(activity, key, stocked[code], act)


def no_right_waits(activity: Activity) -> bool:
    """Tell whether every right of an activity has been confirmed, cancelled or has expired."""
    return not Right.objects.filter(activity=activity, state__in=HOLDING).exists()
