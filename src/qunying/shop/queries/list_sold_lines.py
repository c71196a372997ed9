"""Orders of members as they were sold, with the keys that their events have in the stream, oldest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

# The keys are those that merging gives the events (see ``actions/merge_orders.py``).
_LINES = """
SELECT md5('order_line_paid' || l.order_id || l.content_key || l.occurrence)::uuid, md5('order_paid' || o.id)::uuid,
    o.id, o.member_id, o.placed_at, p.code, l.quantity, l.amount_minor, o.currency, o.total_minor, o.units, o.channel, o.store,
    o.country
FROM (SELECT * FROM shop_order WHERE member_id IS NOT NULL AND (placed_at, id) > (%s, %s) AND placed_at < %s
      ORDER BY placed_at, id LIMIT %s) o
JOIN shop_orderline l ON l.order_id = o.id JOIN shop_product p ON p.id = l.product_id
ORDER BY o.placed_at, o.id, l.id
"""
_ORDERS = """
SELECT md5('order_line_paid' || o.id)::uuid, md5('order_paid' || o.id)::uuid, o.id, o.member_id, o.placed_at, '', o.units,
    o.total_minor, o.currency, o.total_minor, o.units, o.channel, o.store, o.country
FROM shop_order o WHERE member_id IS NOT NULL AND (placed_at, id) > (%s, %s) AND placed_at < %s ORDER BY placed_at, id LIMIT %s
"""
_RETURNS = """
SELECT md5('returned' || b.id)::uuid, o.id, p.code, b.quantity, b.amount_minor, r.refunded_at
FROM shop_refundline b JOIN shop_refund r ON r.id = b.refund_id JOIN shop_orderline l ON l.id = b.order_line_id
JOIN shop_order o ON o.id = l.order_id JOIN shop_product p ON p.id = l.product_id
WHERE o.id = ANY(%s) ORDER BY b.id
"""


@dataclass(frozen=True)
class SoldLine:
    """A line of an order; amounts in minor units of the order's currency."""

    event_id: UUID
    order_event_id: UUID
    order_id: UUID
    member_id: UUID
    placed_at: datetime
    product: str
    quantity: int
    amount_minor: int
    currency: str
    order_total_minor: int
    order_units: int
    channel: str
    store: str
    country: str


@dataclass(frozen=True)
class ReturnedLine:
    """A part of an order line that was given back; quantity and amount are positive."""

    key: UUID
    order_id: UUID
    product: str
    quantity: int
    amount_minor: int
    refunded_at: datetime


def list_sold_lines(
    *, placed_from: datetime, placed_until: datetime, after: UUID | None, limit: int, whole: bool = False
) -> list[SoldLine]:
    """Return the lines of the next ``limit`` orders of known members.

    Args:
        placed_from: the first instant, or where the orders before ended.
        placed_until: the first instant that is too late.
        after: the last order that was read before, placed at ``placed_from``; None for none.
        whole: return each order as one line, which is quicker when the lines are not wanted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS if whole else _LINES, [placed_from, after or UUID(int=0), placed_until, limit])
        return [SoldLine(*row) for row in cursor.fetchall()]


def list_returned_lines(order_ids: Collection[UUID]) -> list[ReturnedLine]:
    """Return what of these orders came back, as far as it is known which line it was."""
    with connection.cursor() as cursor:
        cursor.execute(_RETURNS, [list(order_ids)])
        return [ReturnedLine(*row) for row in cursor.fetchall()]
