"""Prices of orders: one with its lines and offers, or all."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.orders import UnknownOrderPrice


def get_order_price(order_price_id: UUID) -> OrderPrice:
    """Return the price of an order.

    Raises:
        UnknownOrderPrice: when there is none.
    """
    order = list_order_prices().filter(pk=order_price_id).first()
    if order is None:
        raise UnknownOrderPrice(order_number="")
    return order


def list_order_prices(*, order_number: str = "") -> QuerySet[OrderPrice]:
    """Return prices of orders with lines and offers, newest first where a page is cut; of one order number, or all."""
    orders = OrderPrice.objects.prefetch_related("lines", "offers__promotion", "offers__coupon__template")
    return orders.filter(order_number=order_number) if order_number else orders
