"""What members have ordered since an instant, and what of orders went back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection

_SUMS = """
SELECT w.member_id, count(o.id), coalesce(sum(o.total_minor), 0)
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS w(own_id, member_id, since)
JOIN shop_order o ON o.member_id = w.own_id AND o.placed_at >= w.since AND o.currency = %s
GROUP BY w.member_id
"""
_FIRST = """
SELECT DISTINCT ON (w.member_id) w.member_id, o.id, o.total_minor, o.placed_at
FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS w(own_id, member_id, since)
JOIN shop_order o ON o.member_id = w.own_id AND o.placed_at >= w.since AND o.currency = %s AND o.total_minor >= %s
ORDER BY w.member_id, o.placed_at, o.id
"""
_RETURNED = """
SELECT l.order_id, sum(r.amount_minor)
FROM shop_orderline l JOIN shop_refundline r ON r.order_line_id = l.id
WHERE l.order_id = ANY(%s) GROUP BY l.order_id
"""


def sum_orders(
    since: Mapping[UUID, datetime], own_ids: Mapping[UUID, UUID], currency: str
) -> dict[UUID, tuple[int, int]]:
    """Return per member how many orders they placed since an instant of theirs, and for how much in minor units.

    Args:
        since: by member.
        own_ids: every id of these members' histories, with its member.
    """
    rows = [(own, member) for own, member in own_ids.items() if member in since]
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS, [[own for own, _m in rows], [m for _o, m in rows], [since[m] for _o, m in rows], currency]
        )
        return {member: (int(count), int(total)) for member, count, total in cursor.fetchall()}


def find_first_orders(
    since: Mapping[UUID, datetime], own_ids: Mapping[UUID, UUID], currency: str, least_minor: int
) -> dict[UUID, tuple[UUID, int, datetime]]:
    """Return per member the first order of at least an amount since an instant of theirs: id, total in minor units, time."""
    rows = [(own, member) for own, member in own_ids.items() if member in since]
    with connection.cursor() as cursor:
        cursor.execute(
            _FIRST,
            [
                [own for own, _m in rows],
                [m for _o, m in rows],
                [since[m] for _o, m in rows],
                currency,
                least_minor,
            ],
        )
        return {member: (order, int(total), at) for member, order, total, at in cursor.fetchall()}


def sum_returned(order_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how much of orders went back, in minor units, as far as the refunds name their lines."""
    with connection.cursor() as cursor:
        cursor.execute(_RETURNED, [list(order_ids)])
        return {order: int(total) for order, total in cursor.fetchall()}
