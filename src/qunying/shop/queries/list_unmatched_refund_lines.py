"""Refund lines that no order line was found for."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from qunying.members.queries.get_member import list_ids_of


def list_unmatched_refund_lines(member_ids: Sequence[UUID]) -> list[int]:
    """Return the ids of these members' refund lines that no order line was found for, those from before a merge as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id FROM shop_refundline l JOIN shop_refund r ON r.id = l.refund_id"
            " WHERE l.order_line_id IS NULL AND r.member_id = ANY(%s) ORDER BY l.id",
            [list(list_ids_of(member_ids))],
        )
        return [line_id for (line_id,) in cursor.fetchall()]
