"""Console pages of prices that orders have reserved or paid."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.rewards.models import POINTS_KEY
from qunying.rewards.queries.list_order_prices import get_order_price, list_order_prices


@page("rewards.view")
def orders_page(request: StaffRequest) -> HttpResponse:
    """List prices of orders."""
    number = request.GET.get("number", "").replace("\0", "")[:100]
    found = cut_page(
        list_order_prices(order_number=number), order_by="-priced_at", cursor=request.GET.get("cursor")
    )
    context = {"orders": found.rows, "next_cursor": found.next_cursor, "number": number}
    return show(request, "rewards/orders.html", _("Prices of orders"), context)


@page("rewards.view")
def order_page(request: StaffRequest, order_price_id: UUID) -> HttpResponse:
    """Show the price of an order: lines, what each offer took off, what came back."""
    order = get_order_price(order_price_id)
    offers = list(order.offers.all())
    names = {POINTS_KEY: _("Points")}
    for offer in offers:
        if offer.promotion is not None:
            names[offer.key] = offer.promotion.name
        elif offer.coupon is not None:
            names[offer.key] = offer.coupon.template.name
    lines = [
        (line, [(names.get(key, key), off) for key, off in line.off_by.items()]) for line in order.lines.all()
    ]
    context = {
        "order": order,
        "lines": lines,
        "offers": [(one, names.get(one.key, one.key)) for one in offers],
    }
    return show(request, "rewards/order.html", order.order_number, context)


urlpatterns = [
    path("pricing/orders/", orders_page, name="rewards.orders"),
    path("pricing/orders/<uuid:order_price_id>/", order_page, name="rewards.order"),
]
