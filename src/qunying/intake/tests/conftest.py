"""What the tests of imports share."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from qunying.intake.orders.importing import ImportRequest, Outcome, import_orders
from qunying.kernel.actors import system

NOW = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)
TABLES = (
    "shop_product",
    "shop_order",
    "shop_orderline",
    "shop_refund",
    "shop_refundline",
    "members_member",
    "members_identity",
    "members_attribute",
    "stream_event",
)


@pytest.fixture(autouse=True)
def empty_stream(request: pytest.FixtureRequest) -> None:
    """Start without the events of the test before; Django does not know the stream's table and leaves it as it is."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE stream_event")


@pytest.fixture
def import_file(home: Path) -> Callable[..., Outcome]:
    """Import a file; keyword arguments are those of the request."""

    def run(path: Path, **request: Any) -> Outcome:
        asked = {"zone": "Asia/Shanghai", "currency": "CNY", **request}
        errors = home / "errors.csv"
        return import_orders(
            ImportRequest(path, **asked),
            errors,
            actor=system("test"),
            now=NOW,
            step=lambda _stage, _share: None,
        )

    return run


def read_state() -> dict[str, list[tuple[Any, ...]]]:
    """Return what the import has written, without random ids, in a fixed order.

    Equal states are equal imports.
    """
    queries = {
        "products": "SELECT code, title, first_sold_at, last_sold_at FROM shop_product",
        "orders": "SELECT source, number, i.value, placed_at, channel, store, country, currency, total_minor, units"
        " FROM shop_order o LEFT JOIN members_identity i USING (member_id)",
        "lines": "SELECT o.number, p.code, l.description, quantity, unit_price_minor, amount_minor, is_gift, content_key,"
        " occurrence FROM shop_orderline l JOIN shop_order o ON o.id = l.order_id"
        " JOIN shop_product p ON p.id = l.product_id",
        "refunds": "SELECT source, number, i.value, refunded_at, total_minor, units FROM shop_refund r"
        " LEFT JOIN members_identity i USING (member_id)",
        "refund_lines": "SELECT r.number, p.code, l.quantity, l.amount_minor, l.content_key, l.occurrence, o.number,"
        " k.content_key, k.occurrence FROM shop_refundline l JOIN shop_refund r ON r.id = l.refund_id"
        " JOIN shop_product p ON p.id = l.product_id LEFT JOIN shop_orderline k ON k.id = l.order_line_id"
        " LEFT JOIN shop_order o ON o.id = k.order_id",
        "members": "SELECT i.type, i.value, m.first_seen_at, a.name, a.value, a.changed_at FROM members_member m"
        " JOIN members_identity i ON i.member_id = m.id LEFT JOIN members_attribute a ON a.member_id = m.id",
        "events": "SELECT e.name, i.value, e.occurred_at, e.product, o.number, e.quantity, e.amount_minor, e.currency,"
        " e.properties::text, e.backfill FROM stream_event e LEFT JOIN members_identity i USING (member_id)"
        " LEFT JOIN shop_order o ON o.id = e.order_id",
    }
    state = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query)
            state[name] = sorted(cursor.fetchall(), key=repr)
    return state


def count_rows() -> dict[str, int]:
    """Return table → rows."""
    counts = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts
