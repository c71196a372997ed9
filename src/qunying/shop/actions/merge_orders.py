"""A chunk of a file's orders becomes orders: new ones whole, known ones by the lines that they lack."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import failpoint
from qunying.stream.record import record_from_query

_FIND = """
    INSERT INTO merging_order
    SELECT s.ordinal, coalesce(o.id, gen_random_uuid()), o.id IS NULL, CASE WHEN o.id IS NULL THEN s.member_id
    ELSE o.member_id END,
        coalesce(o.placed_at, s.placed_at), coalesce(o.channel, s.channel), coalesce(o.store, s.store),
        coalesce(o.country, s.country), coalesce(o.currency, s.currency)
    FROM staged_order s LEFT JOIN shop_order o ON o.number = s.number AND o.source = %s
"""
_INSERT_ORDERS = """
    INSERT INTO shop_order (id, source, number, member_id, placed_at, channel, store, country, currency,
    total_minor, units)
    SELECT m.order_id, %s, s.number, s.member_id, s.placed_at, s.channel, s.store, s.country, s.currency,
    s.total_minor, s.units
    FROM staged_order s JOIN merging_order m USING (ordinal) WHERE m.is_new
"""
_FORGET_KNOWN_LINES = """
    DELETE FROM staged_order_line l USING merging_order m, shop_orderline k
    WHERE l.ordinal = m.ordinal AND NOT m.is_new
        AND k.order_id = m.order_id AND k.content_key = l.content_key AND k.occurrence = l.occurrence
"""
_INSERT_LINES = """
    INSERT INTO shop_orderline (order_id, product_id, description, quantity, unit_price_minor, amount_minor,
    is_gift,
        content_key, occurrence)
    SELECT m.order_id, l.product_id, l.description, l.quantity, l.unit_price_minor, l.amount_minor, l.is_gift,
        l.content_key, l.occurrence
    FROM staged_order_line l JOIN merging_order m USING (ordinal)
"""
_RAISE_TOTALS = """
    UPDATE shop_order o SET total_minor = o.total_minor + n.amount_minor, units = o.units + n.quantity
    FROM (SELECT m.order_id, sum(l.amount_minor) AS amount_minor, sum(l.quantity) AS quantity
          FROM staged_order_line l JOIN merging_order m USING (ordinal) WHERE NOT m.is_new GROUP BY m.order_id) n
    WHERE o.id = n.order_id
"""
# An event's id comes from its key: cheaper than a random one by far, and the same however often the import is
# repeated.
_ORDER_KEY: LiteralString = "md5('order_paid' || m.order_id)::uuid"
_LINE_KEY: LiteralString = "md5('order_line_paid' || m.order_id || l.content_key || l.occurrence)::uuid"
_PLACE: LiteralString = (
    "'channel', nullif(m.channel, ''), 'store', nullif(m.store, ''), 'country', nullif(m.country, '')"
)
_ORDER_EVENTS: LiteralString = (
    f"SELECT {_ORDER_KEY}, 'qunying', {_ORDER_KEY}::text, 'order_paid', m.member_id, NULL::uuid, m.placed_at, %s, NULL::uuid,"
    " NULL::uuid, NULL::uuid, NULL, m.order_id, s.units, s.total_minor, m.currency,"
    f" jsonb_strip_nulls(jsonb_build_object('number', s.number, {_PLACE})), true"
    " FROM staged_order s JOIN merging_order m USING (ordinal)"
    " WHERE m.is_new"
)
_AMENDED_EVENTS: LiteralString = (
    "SELECT gen_random_uuid(), 'qunying', gen_random_uuid()::text, 'order_amended', m.member_id, NULL::uuid,"
    " m.placed_at, %s, NULL::uuid, NULL::uuid, NULL::uuid, NULL, m.order_id, n.quantity, n.amount_minor, m.currency,"
    f" jsonb_strip_nulls(jsonb_build_object('number', s.number, {_PLACE})), true"
    " FROM (SELECT ordinal, sum(amount_minor) AS amount_minor, sum(quantity) AS quantity FROM staged_order_line"
    " GROUP BY ordinal) n JOIN staged_order s USING (ordinal) JOIN merging_order m USING (ordinal) WHERE NOT m.is_new"
)
_LINE_EVENTS: LiteralString = (
    f"SELECT {_LINE_KEY}, 'qunying', {_LINE_KEY}::text, 'order_line_paid', m.member_id, NULL::uuid, m.placed_at, %s, NULL::uuid,"
    " NULL::uuid, NULL::uuid, l.stock_code, m.order_id, l.quantity, l.amount_minor, m.currency,"
    " jsonb_strip_nulls(jsonb_build_object('stock_code', l.stock_code, 'description', nullif(l.description, ''),"
    f" 'gift', CASE WHEN l.is_gift THEN 'true' END, {_PLACE})), true"
    " FROM staged_order_line l JOIN merging_order m USING (ordinal)"
)


@dataclass(frozen=True)
class MergedOrders:
    """What was new in the chunk; all zero when everything was known."""

    orders: int
    amended: int
    lines: int


@action
def merge_orders(*, command_id: str, actor: Actor, now: datetime, source: str) -> MergedOrders:
    """Take the orders of ``staged_order`` and ``staged_order_line`` (see ``shop.staging``), each with all its lines of the file.

    A known order keeps what it says and gets the lines that it lacks; a line is known by its content and
    which of equal ones it is.
    Events are marked as backfill.

    Args:
        source: whose order numbers these are.
    """
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE merging_order")
        cursor.execute(_FIND, [source])
        failpoint("merge_orders.checked")
        cursor.execute(_INSERT_ORDERS, [source])
        orders = cursor.rowcount
        cursor.execute(_FORGET_KNOWN_LINES)
        cursor.execute(_INSERT_LINES)
        lines = cursor.rowcount
        cursor.execute(_RAISE_TOTALS)
        amended = cursor.rowcount
    record_from_query(_ORDER_EVENTS, [now])
    record_from_query(_LINE_EVENTS, [now])
    if amended:
        record_from_query(_AMENDED_EVENTS, [now])
    return MergedOrders(orders, amended, lines)
