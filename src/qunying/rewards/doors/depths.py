"""Discount depth per product: the console's page and the API's answer."""

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import Router, Schema

from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.money import to_decimal
from qunying.kernel.web import ApiRequest, csv_response
from qunying.rewards.queries.list_depths import Depth, list_depths

router = Router()
MOST_SHOWN = 200


class SoldUnits(Schema):
    """Units sold at list prices and as paid; depth: the share taken off, 0-1."""

    units: int
    list_minor: int
    paid_minor: int
    depth: float | None


class DepthOut(Schema):
    """A product in the last 30 and 90 days."""

    product: str
    currency: str
    short: SoldUnits
    long: SoldUnits
    deepening: bool


class DepthList(Schema):
    """All products that were sold, the deepest discount first."""

    items: list[DepthOut]


@router.get("/pricing/depths", response=DepthList, operation_id="rewards.list_depths")
def depths(request: ApiRequest) -> object:
    """Return how far below their list price products were sold in the last 30 and 90 days."""
    request.actor.require("rewards.view")
    return {"items": list_depths(clock.now())}


@page("rewards.view")
def depths_page(request: StaffRequest) -> HttpResponse:
    """Show how far below their list price products were really sold."""
    found = list_depths(clock.now())
    if request.GET.get("format") == "csv":
        header = [_("Product"), _("Currency"), *(f"{name} ({days})" for days in (30, 90) for name in (_("Units"), _("List price"), _("Paid"), pgettext("discount", "Depth")))]  # fmt: skip
        return csv_response("discount-depth", header, [_row(each) for each in found])
    return show(request, "rewards/depths.html", _("Discount depth"), {"depths": found[:MOST_SHOWN]})


def _row(each: Depth) -> list[object]:
    row: list[object] = [each.product, each.currency]
    for sold in (each.short, each.long):
        depth = "" if sold.depth is None else round(sold.depth, 4)
        row += [sold.units, to_decimal(sold.list_minor, each.currency), to_decimal(sold.paid_minor, each.currency), depth]  # fmt: skip
    return row


urlpatterns = [path("pricing/depths/", depths_page, name="rewards.depths")]
