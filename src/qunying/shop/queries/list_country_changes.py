"""Where members ordered from, over time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection


def list_country_changes(member_ids: Sequence[UUID]) -> list[tuple[UUID, datetime, str]]:
    """Return (member, instant, country) of the orders whose country differs from the one before, and of the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, placed_at, country FROM (SELECT member_id, placed_at, country, id,"
            " lag(country) OVER (PARTITION BY member_id ORDER BY placed_at, number) AS before"
            " FROM shop_order WHERE member_id = ANY(%s) AND country <> '') o"
            " WHERE before IS NULL OR before <> country",
            [list(member_ids)],
        )
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]
