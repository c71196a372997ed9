"""A chunk of a file's cancellations becomes refunds, tied to the order lines that they give back."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.shop.actions.match_refunds import match_refunds
from qunying.stream.record import record_from_query

_FIND = """
    INSERT INTO merging_refund
    SELECT s.ordinal, coalesce(r.id, gen_random_uuid()), r.id IS NULL, CASE WHEN r.id IS NULL THEN s.member_id
    ELSE r.member_id END,
        coalesce(r.refunded_at, s.placed_at), coalesce(r.channel, s.channel), coalesce(r.store, s.store),
        coalesce(r.country, s.country), coalesce(r.currency, s.currency)
    FROM staged_refund s LEFT JOIN shop_refund r ON r.number = s.number AND r.source = %s
"""
_INSERT_REFUNDS = """
    INSERT INTO shop_refund (id, source, number, member_id, refunded_at, channel, store, country, currency,
    total_minor, units)
    SELECT m.refund_id, %s, s.number, s.member_id, s.placed_at, s.channel, s.store, s.country, s.currency,
    s.total_minor, s.units
    FROM staged_refund s JOIN merging_refund m USING (ordinal) WHERE m.is_new
"""
_FORGET_KNOWN_LINES = """
    DELETE FROM staged_refund_line l USING merging_refund m, shop_refundline k
    WHERE l.ordinal = m.ordinal AND NOT m.is_new
        AND k.refund_id = m.refund_id AND k.content_key = l.content_key AND k.occurrence = l.occurrence
"""
_INSERT_LINES = """
    INSERT INTO shop_refundline (refund_id, product_id, description, quantity, unit_price_minor, amount_minor,
    content_key,
        occurrence)
    SELECT m.refund_id, l.product_id, l.description, l.quantity, l.unit_price_minor, l.amount_minor,
    l.content_key, l.occurrence
    FROM staged_refund_line l JOIN merging_refund m USING (ordinal) ORDER BY l.ordinal, l.content_key,
    l.occurrence
    RETURNING id
"""
_RAISE_TOTALS = """
    UPDATE shop_refund r SET total_minor = r.total_minor + n.amount_minor, units = r.units + n.quantity
    FROM (SELECT m.refund_id, sum(l.amount_minor) AS amount_minor, sum(l.quantity) AS quantity
          FROM staged_refund_line l JOIN merging_refund m USING (ordinal) WHERE NOT m.is_new GROUP BY
          m.refund_id) n
    WHERE r.id = n.refund_id
"""
_START: LiteralString = "SELECT gen_random_uuid(), 'qunying', gen_random_uuid()::text, "
_PLACE: LiteralString = (
    "'channel', nullif(m.channel, ''), 'store', nullif(m.store, ''), 'country', nullif(m.country, '')"
)
# The order is named when all lines of a refund give back lines of one order.
_REFUND_EVENTS: LiteralString = (
    _START
    + "'order_refunded', m.member_id, NULL::uuid, m.placed_at, %s, NULL::uuid, NULL::uuid, NULL::uuid, NULL,"
    " t.order_id, -n.quantity, -n.amount_minor, m.currency,"
    f" jsonb_strip_nulls(jsonb_build_object('number', s.number, {_PLACE})), true"
    " FROM (SELECT ordinal, sum(amount_minor) AS amount_minor, sum(quantity) AS quantity FROM staged_refund_line"
    " GROUP BY ordinal) n JOIN staged_refund s USING (ordinal) JOIN merging_refund m USING (ordinal)"
    " LEFT JOIN (SELECT l.refund_id, min(o.order_id::text)::uuid AS order_id FROM shop_refundline l"
    " JOIN merging_refund m USING (refund_id) LEFT JOIN shop_orderline o ON o.id = l.order_line_id GROUP BY l.refund_id"
    " HAVING count(o.order_id) = count(*) AND count(DISTINCT o.order_id) = 1) t ON t.refund_id = m.refund_id"
)
_LINE_EVENTS: LiteralString = (
    _START
    + "'order_line_refunded', m.member_id, NULL::uuid, m.placed_at, %s, NULL::uuid, NULL::uuid, NULL::uuid,"
    " l.stock_code, o.order_id, -l.quantity, -l.amount_minor, m.currency, jsonb_strip_nulls(jsonb_build_object("
    f"'stock_code', l.stock_code, 'description', nullif(l.description, ''), {_PLACE})), true"
    " FROM staged_refund_line l JOIN merging_refund m USING (ordinal)"
    " JOIN shop_refundline k ON k.refund_id = m.refund_id AND k.content_key = l.content_key AND k.occurrence = l.occurrence"
    " LEFT JOIN shop_orderline o ON o.id = k.order_line_id"
)


@dataclass(frozen=True)
class MergedRefunds:
    """What was new in the chunk, and how many of its lines found their order line."""

    refunds: int
    lines: int
    matched: int


@action
def merge_refunds(*, command_id: str, actor: Actor, now: datetime, source: str) -> MergedRefunds:
    """Take the refunds of ``staged_refund`` and ``staged_refund_line`` (see ``shop.staging``), each with all its lines.

    The orders of the file must have been merged before. Known refunds get the lines that they lack. Events
    are marked as backfill.

    Args:
        source: whose refund numbers these are.
    """
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE merging_refund")
        cursor.execute(_FIND, [source])
        cursor.execute(_INSERT_REFUNDS, [source])
        refunds = cursor.rowcount
        cursor.execute(_FORGET_KNOWN_LINES)
        cursor.execute(_INSERT_LINES)
        line_ids = [line_id for (line_id,) in cursor.fetchall()]
        cursor.execute(_RAISE_TOTALS)
    matched = match_refunds(command_id=command_id, actor=actor, now=now, refund_line_ids=line_ids)
    record_from_query(_REFUND_EVENTS, [now])
    record_from_query(_LINE_EVENTS, [now])
    return MergedRefunds(refunds, len(line_ids), matched)
