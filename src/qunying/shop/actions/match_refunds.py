"""Refund lines find the order lines that they give back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from qunying.engines.refund_matching import Purchase, Return, match_returns
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

_RETURNS = """
    SELECT l.id, coalesce(known.member_id, r.member_id), l.product_id, r.refunded_at, l.unit_price_minor, l.quantity
    FROM shop_refundline l JOIN shop_refund r ON r.id = l.refund_id
    LEFT JOIN identity_map known ON known.key = r.member_id
    WHERE l.id = ANY(%s) AND l.order_line_id IS NULL AND r.member_id IS NOT NULL
"""
_PURCHASES = """
    WITH wanted AS (SELECT DISTINCT coalesce(known.member_id, r.member_id) AS member_id, l.product_id
        FROM shop_refundline l JOIN shop_refund r ON r.id = l.refund_id
        LEFT JOIN identity_map known ON known.key = r.member_id
        WHERE l.id = ANY(%s) AND r.member_id IS NOT NULL),
    own AS (SELECT member_id, member_id AS written FROM wanted
        UNION SELECT member_id, known.key FROM wanted JOIN identity_map known USING (member_id))
    SELECT l.id, w.member_id, l.product_id, o.placed_at, l.unit_price_minor,
        l.quantity - coalesce((SELECT sum(b.quantity) FROM shop_refundline b WHERE b.order_line_id = l.id), 0)
    FROM wanted w JOIN own USING (member_id) JOIN shop_order o ON o.member_id = own.written
    JOIN shop_orderline l ON l.order_id = o.id AND l.product_id = w.product_id
    WHERE NOT l.is_gift
"""


@action
def match_refunds(*, command_id: str, actor: Actor, now: datetime, refund_line_ids: Sequence[int]) -> int:
    """Tie refund lines that have no order line yet to the purchase that they most likely give back (see the engine).

    Only purchases of the same member count, also those from before a merge; lines of anonymous refunds stay untied.

    Args:
        refund_line_ids: the lines to look at.

    Returns:
        How many found their order line.
    """
    ids = list(refund_line_ids)
    with connection.cursor() as cursor:
        cursor.execute(_RETURNS, [ids])
        returns = [Return(*row) for row in cursor.fetchall()]
        cursor.execute(_PURCHASES, [ids])
        purchases = [Purchase(*row) for row in cursor.fetchall()]
        matched = match_returns(returns, purchases)
        cursor.execute(
            "UPDATE shop_refundline l SET order_line_id = m.order_line"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS m (refund_line, order_line) WHERE l.id = m.refund_line",
            [list(matched), list(matched.values())],
        )
    return len(matched)
