"""The real order export as members and events, so that campaigns can be run over real history."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import duckdb
from django.db import connection, transaction

from qunying.kernel.ids import derived_id
from qunying.members.models import Member
from qunying.stream.record import record_from_query

# The last day with 90 days of orders after it; noon in Shanghai.
SPLIT = datetime(2011, 9, 10, 4, tzinfo=UTC)
LAST = datetime(2011, 12, 9, 16, tzinfo=UTC)

BUYERS = {"all": [{"event": "order_paid", "count": {"at_least": 1}}]}

_ORDERS = """
SELECT customer_id, invoice_no, left(invoice_no, 1) = 'C' AS is_refund, min(invoice_date) AS at,
    sum(round(quantity * unit_price * 100)::BIGINT)::BIGINT AS amount, sum(quantity)::BIGINT AS units
FROM read_csv($file, types={'invoice_no': 'VARCHAR', 'customer_id': 'VARCHAR'})
WHERE customer_id IS NOT NULL AND unit_price > 0 AND left(invoice_no, 1) <> 'A'
    AND (quantity > 0 OR left(invoice_no, 1) = 'C')
GROUP BY customer_id, invoice_no ORDER BY invoice_no, customer_id
"""
_EVENTS = """
SELECT w.id, 'real', w.number, CASE WHEN w.is_refund THEN 'order_refunded' ELSE 'order_paid' END, w.member_id,
    NULL::uuid,
    w.at, w.at, NULL::uuid, NULL::uuid, NULL::uuid, NULL, w.id, w.units, w.amount, 'GBP', '{}'::jsonb, true
FROM unnest(%s::uuid[], %s::text[], %s::bool[], %s::uuid[], %s::timestamptz[], %s::bigint[], %s::bigint[])
    AS w(id, number, is_refund, member_id, at, units, amount)
"""
_KNOWN = """
SELECT w.id, 'real', w.id::text, 'member_created', w.id, NULL::uuid, w.at, w.at, NULL::uuid,
    NULL::uuid, NULL::uuid, NULL,
    NULL::uuid, NULL::bigint, NULL::bigint, NULL, '{}'::jsonb, true
FROM unnest(%s::uuid[], %s::timestamptz[]) AS w(id, at)
"""
_PLANTED = """
SELECT md5('planted ' || e.id)::uuid, 'planted', 'planted ' || e.source_event_id, e.name, e.member_id,
    NULL::uuid,
    e.occurred_at, e.received_at, NULL::uuid, NULL::uuid, NULL::uuid, NULL, md5('planted ' || e.id)::uuid,
    e.quantity,
    e.amount_minor, e.currency, e.properties, false
FROM stream_event e JOIN campaigns_campaignassignment a ON a.member_id = e.member_id
WHERE a.campaign_id = %s AND a.arm = 'treatment' AND e.name = 'order_paid' AND e.occurred_at > %s
    AND e.occurred_at <= %s
    AND ('x' || left(md5(e.source_event_id), 7))::bit(28)::int %% 5 = 0
"""


def load_real_orders(folder: Path) -> list[UUID]:
    """Store every known customer with orders and returns, and return who had ordered before the split."""
    rows = duckdb.execute(
        _ORDERS, {"file": str(folder / "online_retail" / "online_retail.csv.gz")}
    ).fetchall()
    members = {row[0]: derived_id("real", row[0]) for row in rows}
    Member.objects.bulk_create(
        [Member(id=member_id, first_seen_at=SPLIT, created_at=SPLIT) for member_id in members.values()]
    )
    orders = [
        (
            derived_id("real", no, customer),
            no,
            refund,
            members[customer],
            at.replace(tzinfo=UTC),
            units,
            amount,
        )
        for customer, no, refund, at, amount, units in rows
    ]
    first_seen: dict[UUID, datetime] = {}
    for order in orders:
        first_seen[order[3]] = min(order[4], first_seen.get(order[3], order[4]))
    with transaction.atomic():
        record_from_query(_KNOWN, [list(first_seen), list(first_seen.values())])
        record_from_query(_EVENTS, [list(column) for column in zip(*orders, strict=True)])
    return sorted({order[3] for order in orders if not order[2] and order[4] <= SPLIT})


def plant_a_fifth(campaign_id: UUID, start: datetime, end: datetime) -> int:
    """Repeat every fifth later order of the treated, as if the campaign had brought 20 % more, and return how
    many.
    """
    with transaction.atomic():
        planted = record_from_query(_PLANTED, [campaign_id, start, end])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stream_event")
    return planted
