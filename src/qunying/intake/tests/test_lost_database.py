"""PostgreSQL is killed with -9 in the middle of an import: the next start is clean, and the repeated import ends right."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from qunying.intake.tests.make import make_order_file
from qunying.kernel import embedded

_CHECKS = {
    "orders": "SELECT count(*) FROM shop_order",
    "lines": "SELECT count(*) FROM shop_orderline",
    "refund_lines": "SELECT count(*) FROM shop_refundline",
    "members": "SELECT count(*) FROM members_member",
    "torn_orders": "SELECT count(*) FROM shop_order o WHERE total_minor <>"
    " (SELECT coalesce(sum(amount_minor), 0) FROM shop_orderline l WHERE l.order_id = o.id)",
    "order_events": "SELECT count(*) FROM stream_event WHERE name = 'order_paid'",
    "line_events": "SELECT count(*) FROM stream_event WHERE name = 'order_line_paid'",
    "distinct_events": "SELECT count(DISTINCT id) FROM stream_event",
    "events": "SELECT count(*) FROM stream_event",
}


@pytest.fixture
def place() -> Iterator[Path]:
    """A home whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="qy-kill-") as folder:
        yield Path(folder)


def command(place: Path, orders: Path, failpoints: str = "") -> tuple[list[str], dict[str, str]]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"QUNYING_HOME": str(place / "home"), "QUNYING_FAILPOINTS": failpoints}
    return [sys.executable, "-m", "qunying", "import", "orders", str(orders), "--json"], environment


def look(place: Path) -> dict[str, Any]:
    """Count what a running installation holds."""
    url = f"postgresql://qunying@/qunying?host={place / 'home' / 'pg'}"
    with psycopg.connect(url) as database:
        return {name: database.execute(query).fetchone()[0] for name, query in _CHECKS.items()}  # type: ignore[index]


def kill_in_the_middle(place: Path, orders: Path) -> str:
    """Start an import, kill the server with -9 once some orders are in, and return what the command said."""
    arguments, environment = command(place, orders, "import.orders_merged=sleep:0.5")
    with subprocess.Popen(
        arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        until = time.monotonic() + 240
        while time.monotonic() < until and running.poll() is None:
            time.sleep(0.1)
            try:
                if look(place)["orders"] > 0:
                    break
            except psycopg.Error:
                continue
        pid = embedded.postmaster_pid(place / "home" / "pg")
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        _said, complaint = running.communicate(timeout=240)
    assert running.returncode == 8, complaint
    return complaint


def check(place: Path, orders: Path, *, thrice: bool = False) -> None:
    complaint = kill_in_the_middle(place, orders)
    assert "import_interrupted" in complaint
    arguments, environment = command(place, orders)
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert 0 < told["new"]["orders"] < told["orders"]
    if thrice:
        again = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
        assert set(json.loads(again.stdout)["new"].values()) == {0}
    from qunying.kernel.home import Home

    with embedded.server(Home(place / "home")):
        found = look(place)
    assert found["orders"] == found["order_events"] == told["orders"]
    assert found["lines"] == found["line_events"] == told["accepted"] - found["refund_lines"]
    assert found["members"] == told["members"]
    assert found["torn_orders"] == 0
    assert found["distinct_events"] == found["events"]


def test_a_killed_database_is_survived(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    check(place, make_order_file(place / "orders.csv", lines=45_000, customers=2_000, products=300))


@pytest.mark.full
def test_a_killed_database_is_survived_with_a_million_lines(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    check(place, make_order_file(place / "orders.csv", lines=1_000_000), thrice=True)
