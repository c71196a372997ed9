"""Where members ordered from, over time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection


def list_country_changes(member_ids: Sequence[UUID]) -> list[tuple[UUID, datetime, str]]:
    """Return (member, instant, country) of the first order with a country and of each order whose country differs from the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, placed_at, country FROM (SELECT member_id, placed_at, country, id,"
            " lag(country) OVER (PARTITION BY member_id ORDER BY placed_at, number) AS before"
            " FROM shop_order WHERE member_id = ANY(%s) AND country <> '') o"
            " WHERE before IS NULL OR before <> country",
            [list(member_ids)],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def list_foreign_currencies(source: str, currency: str) -> dict[str, str]:
    """Return number → currency of the source's orders and refunds that are not in the given currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, currency FROM shop_order WHERE source = %s AND currency <> %s"
            " UNION ALL SELECT number, currency FROM shop_refund WHERE source = %s AND currency <> %s",
            [source, currency] * 2,
        )
        return dict(cursor.fetchall())


def list_unmatched_refund_lines(member_ids: Sequence[UUID]) -> list[int]:
    """Return the ids of these members' refund lines that no order line was found for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id FROM shop_refundline l JOIN shop_refund r ON r.id = l.refund_id"
            " WHERE l.order_line_id IS NULL AND r.member_id = ANY(%s) ORDER BY l.id",
            [list(member_ids)],
        )
        return [line_id for (line_id,) in cursor.fetchall()]
