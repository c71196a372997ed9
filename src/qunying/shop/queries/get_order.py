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
