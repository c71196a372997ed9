"""The real file: exact counts, money that adds up, and a second import that changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from qunying.intake.orders.importing import Outcome
from qunying.intake.tests.conftest import count_rows

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_real_file_gives_its_known_counts_and_twice_changes_nothing(
    shared_data: Path, import_file: Callable[..., Outcome]
) -> None:
    path = shared_data / "online_retail" / "online_retail.csv.gz"
    first = import_file(path, zone="Europe/London", currency="GBP")
    counts = first.counts
    assert counts.rows == 541_909 == counts.accepted + counts.rejected
    assert counts.members == 4_372
    assert (counts.orders, counts.anonymous_orders) == (19_959, 1_427)
    assert counts.refunds == 3_836
    assert counts.repeated_lines == 5_268
    assert counts.net_minor + counts.rejected_minor == 974_774_793
    assert first.reasons == {"stock_movement": 2_115, "ledger_adjustment": 3}
    written = count_rows()
    assert written["shop_order"] == 19_959
    assert written["shop_orderline"] + written["shop_refundline"] == counts.accepted
    assert written["members_member"] == written["members_identity"] == 4_372
    assert _net_of_orders() == _net_of_events() == counts.net_minor
    assert _matched_refund_lines() > 7_000
    second = import_file(path, zone="Europe/London", currency="GBP")
    assert second.counts == counts
    assert set(second.new.values()) == {0}
    assert count_rows() == written


def _net_of_orders() -> int:
    return _one(
        "SELECT (SELECT sum(total_minor) FROM shop_order) - (SELECT sum(total_minor) FROM shop_refund)"
    )


def _net_of_events() -> int:
    lines = _one(
        "SELECT sum(amount_minor) FROM stream_event WHERE name IN ('order_line_paid', 'order_line_refunded')"
    )
    totals = _one("SELECT sum(amount_minor) FROM stream_event WHERE name IN ('order_paid', 'order_refunded')")
    assert lines == totals
    return totals


def _matched_refund_lines() -> int:
    return _one("SELECT count(*) FROM shop_refundline WHERE order_line_id IS NOT NULL")


def _one(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
