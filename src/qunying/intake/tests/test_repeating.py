"""Killed anywhere and repeated, run twice at once, or fed in parts: an import ends the same."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import IntegrityError

from qunying.intake.orders import gathering
from qunying.intake.orders.importing import Outcome
from qunying.intake.tests.conftest import TABLES, count_rows, read_state
from qunying.intake.tests.make import make_csv, make_line, make_order_file
from qunying.kernel.failpoints import FailPointReached
from qunying.shop.models import Order, OrderLine, Refund, RefundLine

type Import = Callable[..., Outcome]

pytestmark = pytest.mark.django_db(transaction=True)

_IMPORT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import django
django.setup()
from qunying.intake.orders import gathering
from qunying.intake.orders.importing import ImportRequest, import_orders
from qunying.kernel.actors import system
gathering.CHUNK_LINES = 300
import_orders(ImportRequest(Path(sys.argv[1]), "Asia/Shanghai", "CNY"), Path(sys.argv[2]), actor=system("test"),
    now=datetime(2026, 1, 15, 8, tzinfo=UTC), step=lambda stage, share: None)
"""


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of several chunks."""
    monkeypatch.setattr(gathering, "CHUNK_LINES", 300)
    return make_order_file(
        tmp_path / "orders.csv", lines=3_000, lines_per_order=4, customers=200, products=60
    )


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")


def database_url() -> str:
    address = os.environ["DATABASE_URL"]
    before, _, query = address.partition("?")
    return before.rsplit("/", 1)[0] + f"/{connection.settings_dict['NAME']}" + (f"?{query}" if query else "")


@pytest.mark.parametrize(
    "place", ["import.judged", "import.members_merged", "import.orders_merged", "import.refunds_merged"]
)
def test_stopped_anywhere_and_repeated_ends_the_same(
    orders: Path, import_file: Import, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    import_file(orders)
    expected = read_state()
    empty()
    monkeypatch.setenv("QUNYING_FAILPOINTS", f"{place}=raise")
    with pytest.raises(FailPointReached):
        import_file(orders)
    monkeypatch.delenv("QUNYING_FAILPOINTS")
    assert place == "import.judged" or read_state() != expected
    import_file(orders)
    assert read_state() == expected


def test_a_killed_process_leaves_whole_orders_and_repeating_finishes(
    orders: Path, import_file: Import, tmp_path: Path
) -> None:
    import_file(orders)
    expected = read_state()
    empty()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "QUNYING_FAILPOINTS": "import.orders_merged=exit",
    }
    killed = subprocess.run(
        [sys.executable, "-c", _IMPORT, str(orders), str(tmp_path / "e.csv")], env=environment, check=False
    )
    assert killed.returncode == 137
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM shop_order o WHERE total_minor <>"
            " (SELECT sum(amount_minor) FROM shop_orderline l WHERE l.order_id = o.id)"
        )
        assert cursor.fetchone() == (0,)
    assert 0 < Order.objects.count() < len(expected["orders"])
    import_file(orders)
    assert read_state() == expected


def _run_twice_at_once(import_file: Import, path: Path) -> list[BaseException]:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            import_file(path)
        except BaseException as problem:  # noqa: BLE001 - whatever it is, the test looks at it
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_two_at_once_are_as_good_as_one(
    orders: Path, import_file: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_file(orders)
    expected = read_state()
    empty()
    monkeypatch.setenv("QUNYING_FAILPOINTS", "merge_orders.checked=sleep:0.05")
    assert _run_twice_at_once(import_file, orders) == []
    assert read_state() == expected


def test_two_at_once_without_the_lock_collide(
    orders: Path, import_file: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_FAILPOINTS", "import.lock=off;merge_orders.checked=sleep:0.4")
    problems = _run_twice_at_once(import_file, orders)
    assert any(isinstance(problem, IntegrityError) for problem in problems)


def test_a_longer_file_adds_just_its_new_lines(import_file: Import, tmp_path: Path) -> None:
    first = [make_line(), make_line(), make_line(invoice_no="1002")]
    import_file(make_csv(tmp_path / "a.csv", first))
    more = [make_line(), make_line(), make_line(), make_line(stock_code="B2"), make_line(invoice_no="1003")]
    found = import_file(make_csv(tmp_path / "b.csv", [*more, first[2]]))
    assert found.new == {
        "members": 0,
        "orders": 1,
        "amended_orders": 1,
        "lines": 3,
        "refunds": 0,
        "refund_lines": 0,
    }
    order = Order.objects.get(number="1001")
    assert (order.total_minor, order.units, order.lines.count()) == (4 * 700, 8, 4)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sum(amount_minor) FROM stream_event WHERE name LIKE 'order%%' GROUP BY name ORDER BY name"
        )
        assert cursor.fetchall() == [("order_amended", 1400), ("order_line_paid", 4200), ("order_paid", 2800)]


def test_the_months_may_come_in_any_order(import_file: Import, tmp_path: Path) -> None:
    march = [
        make_line(invoice_no="1", invoice_date="2025-03-01", country="France"),
        make_line(invoice_no="C9", quantity="-1", invoice_date="2025-03-20"),
    ]
    january = [
        make_line(
            invoice_no="0", invoice_date="2025-01-05", country="Germany", quantity="5", unit_price="3.60"
        )
    ]
    february = [make_line(invoice_no="C5", quantity="-1", invoice_date="2025-02-01")]
    for number, rows in enumerate((february, march, january)):
        import_file(make_csv(tmp_path / f"{number}.csv", rows))
    lines = {
        line.refund.number: line.order_line
        for line in RefundLine.objects.select_related("refund", "order_line__order")
    }
    assert lines["C9"] is not None
    assert lines["C9"].order.number == "1"
    assert lines["C5"] is not None
    assert lines["C5"].order.number == "0"
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM members_attribute WHERE name = 'country'")
        assert cursor.fetchall() == [("France",)]
        cursor.execute("SELECT min(first_seen_at) FROM members_member")
        assert cursor.fetchone()[0].isoformat() == "2025-01-04T16:00:00+00:00"


def test_a_dry_run_writes_nothing_and_counts_the_same(orders: Path, import_file: Import) -> None:
    before = count_rows()
    checked = import_file(orders, dry_run=True)
    assert count_rows() == before == dict.fromkeys(TABLES, 0)
    assert import_file(orders).counts == checked.counts


def test_imported_events_are_history(import_file: Import, tmp_path: Path) -> None:
    import_file(
        make_csv(
            tmp_path / "a.csv",
            [make_line(), make_line(invoice_no="C1", quantity="-1", invoice_date="2025-03-02")],
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, quantity, amount_minor, product, backfill, occurred_at, order_id FROM stream_event ORDER BY name"
        )
        events: dict[str, tuple[Any, ...]] = {row[0]: row[1:] for row in cursor.fetchall()}
    assert set(events) == {
        "attribute_changed",
        "member_created",
        "order_line_paid",
        "order_line_refunded",
        "order_paid",
        "order_refunded",
    }
    assert all(event[3] for event in events.values())
    order = Order.objects.get()
    assert events["order_paid"][:3] == (2, 700, None)
    assert events["order_line_paid"][:3] == (2, 700, "A1")
    assert events["order_line_refunded"][:3] == (-1, -350, "A1")
    assert events["order_refunded"][:3] == (-1, -350, None)
    assert {event[5] for name, event in events.items() if name.startswith("order")} == {order.id}
    assert (OrderLine.objects.count(), Refund.objects.get().total_minor) == (1, 350)
