"""Requests about orders and products."""

from qunying.shop.models import Order
from tests.api.examples import Example, example
from tests.api.examples.imports import uploaded


@example("shop.list_orders")
def list_orders() -> Example:
    uploaded(done=True)
    return Example(query={"number": "1001", "limit": 5})


@example("shop.get_order")
def get_order() -> Example:
    uploaded(done=True)
    return Example({"order_id": Order.objects.get().pk})


@example("shop.list_products")
def list_products() -> Example:
    uploaded(done=True)
    return Example(query={"search": "Mug"})
