"""What staff are asked of goods: the same for flash sales and teams."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from qunying.activities.goods import MOST_LINES
from qunying.kernel.money import to_decimal, to_minor

PRICES = {"list_price": _("{n}. List price"), "price": _("{n}. Price now")}
COUNTS = {"quantity": _("{n}. How many per right"), "units": _("{n}. Stock for this activity")}


class GoodsForm(forms.Form):
    """What a right is for, line by line; a line without a stock code is left out."""

    left_out = _("A line without a stock code is left out.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the lines, then what a kind asks besides."""
        super().__init__(*args, **kwargs)
        besides, self.fields = self.fields, {}
        for n in range(1, MOST_LINES + 1):
            first = n == 1
            self.fields[f"code{n}"] = forms.CharField(
                label=_("{n}. Stock code").format(n=n), max_length=50, required=first
            )
            self.fields[f"name{n}"] = forms.CharField(
                label=_("{n}. Product").format(n=n), max_length=60, required=first
            )
            for key, label in PRICES.items():
                self.fields[f"{key}{n}"] = forms.DecimalField(
                    label=label.format(n=n), max_digits=10, decimal_places=2, min_value=0, required=first
                )
            for key, label in COUNTS.items():
                self.fields[f"{key}{n}"] = forms.IntegerField(
                    label=label.format(n=n), min_value=0, required=first
                )
        self.fields |= besides

    minutes = forms.IntegerField(
        label=_("Minutes for the shop to confirm"), min_value=10, max_value=15, initial=15
    )

    def heads(self) -> list[Any]:
        """Return what stands above the fields of the lines."""
        return [
            _("Stock code"),
            _("Product"),
            _("List price"),
            _("Price now"),
            _("Per right"),
            _("Stock for this activity"),
        ]

    def lines(self) -> list[list[forms.BoundField]]:
        """Return the fields of each line."""
        names = ("code", "name", *PRICES, *COUNTS)
        return [[self[f"{name}{n}"] for name in names] for n in range(1, MOST_LINES + 1)]

    def besides(self) -> list[forms.BoundField]:
        """Return the fields that are not of a line."""
        of_lines = {field.name for fields in self.lines() for field in fields}
        return [field for field in self if field.name not in of_lines]

    def clean(self) -> dict[str, Any]:
        """See that each line says all that it needs; one in which nothing was typed is left out."""
        typed: dict[str, Any] = self.cleaned_data
        for n in range(1, MOST_LINES + 1):
            given = [
                name
                for name in ("code", "name", *PRICES, *COUNTS)
                if typed.get(f"{name}{n}") not in (None, "")
            ]
            for name in ("code", *PRICES, *COUNTS) if given else ():
                if name not in given and not self.has_error(f"{name}{n}"):
                    self.add_error(f"{name}{n}", _("This is missing."))
            now, usual = typed.get(f"price{n}"), typed.get(f"list_price{n}")
            if now is not None and usual is not None and now > usual:
                self.add_error(f"price{n}", _("This is above the list price."))
        return typed

    def goods(self, currency: str) -> dict[str, Any]:
        """Return the settings that all kinds with goods have."""
        typed = self.cleaned_data
        lines = [
            {
                "stock_code": typed[f"code{n}"],
                "name": typed[f"name{n}"] or typed[f"code{n}"],
                "quantity": typed[f"quantity{n}"] or 1,
                "list_price_minor": to_minor(typed[f"list_price{n}"] or Decimal(0), currency),
                "price_minor": to_minor(typed[f"price{n}"] or Decimal(0), currency),
                "units": typed[f"units{n}"] or 0,
            }
            for n in range(1, MOST_LINES + 1)
            if typed[f"code{n}"]
        ]
        return {"lines": lines, "minutes": typed["minutes"]}


def initial_goods(settings: dict[str, Any], currency: str) -> dict[str, Any]:
    """Return what the form shows of the lines."""
    shown: dict[str, Any] = {"minutes": settings["minutes"]}
    for n, line in enumerate(settings["lines"], 1):
        shown |= {
            f"code{n}": line["stock_code"],
            f"name{n}": line["name"],
            f"quantity{n}": line["quantity"],
            f"list_price{n}": to_decimal(line["list_price_minor"], currency),
            f"price{n}": to_decimal(line["price_minor"], currency),
            f"units{n}": line["units"],
        }
    return shown
