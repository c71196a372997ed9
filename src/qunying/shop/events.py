"""What the shop reports to the stream. Totals and lines have names of their own, so that sums never count twice.

Refunds are negative in quantity and amount. An order that grew after it was recorded says so in
``order_amended``, whose amount
and quantity are the difference: the turnover of a period is ``order_paid`` + ``order_amended`` +
    ``order_refunded``.
"""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_PLACE = {"channel": "the sales channel", "store": "the store", "country": "country or region of the order"}

ORDER_PAID = EventType("order_paid", _("Order paid"), properties={"number": "the order number", **_PLACE})
ORDER_LINE_PAID = EventType(
    "order_line_paid",
    _("Product bought"),
    properties={
        "stock_code": "the stock code, as in product",
        "description": "what the line says",
        "gift": "true when the line had no price",
        **_PLACE,
    },
    words={"gift": {"true": _("gift"), "false": ""}},
)
ORDER_AMENDED = EventType(
    "order_amended", _("Lines added to an order"), properties={"number": "the order number", **_PLACE}
)
ORDER_REFUNDED = EventType(
    "order_refunded", _("Order refunded"), properties={"number": "the refund number", **_PLACE}
)
ORDER_LINE_REFUNDED = EventType(
    "order_line_refunded",
    _("Product returned"),
    properties={"stock_code": "the stock code, as in product", "description": "what the line says", **_PLACE},
)
