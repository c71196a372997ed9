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
