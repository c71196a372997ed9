"""Orders by their key."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.shop.models import Order


class OrderNotFound(Problem):
    """There is no such order."""

    code = "order_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no order “{number}”.")


def get_order(order_id: UUID) -> Order:
    """Return an order with its lines and their products.

    Raises:
        OrderNotFound: when there is none.
    """
    order = Order.objects.prefetch_related("lines__product").filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound(number=str(order_id))
    return order


def find_order_by_number(source: str, number: str) -> Order | None:
    """Return the order with this number in the books of a source, or None."""
    return Order.objects.filter(source=source, number=number).first()


def get_order_by_number(source: str, number: str) -> Order:
    """Return the order with this number in the books of a source (``shop`` unless the mapping says another).

    Raises:
        OrderNotFound: when there is none.
    """
    order = find_order_by_number(source, number)
    if order is None:
        raise OrderNotFound(number=number)
    return order
