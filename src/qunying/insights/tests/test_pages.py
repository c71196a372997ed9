"""Pages, API and commands of the analyses, over a few orders in the database."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.insights.doors.cli import app
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.shop.events import ORDER_LINE_PAID, ORDER_PAID
from qunying.stream.record import NewEvent, record

pytestmark = pytest.mark.django_db
PATHS = ("overview", "analysis", "analysis/rfm", "analysis/hours", "analysis/products")


@pytest.fixture
def orders() -> None:
    now = clock.now()
    for number in range(3):
        member = make_member(now=now - timedelta(days=40))
        for age in range(number + 1):
            at = now - timedelta(days=10 * age, hours=1)
            paid = {
                "occurred_at": at,
                "received_at": now,
                "member_id": member.id,
                "amount_minor": 1000,
                "currency": "CNY",
            }
            line = {"product": "=1+1", "quantity": 2, "properties": {"description": "<b>Tea</b>"}}
            record(NewEvent(type=ORDER_PAID, **paid), NewEvent(type=ORDER_LINE_PAID, **paid, **line))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", PATHS)
def test_pages_show_figures_and_offer_an_inert_download(path: str, orders: None) -> None:
    browser = make_browser()
    page = browser.get(f"/console/{path}/").content.decode()
    assert "<b>Tea" not in page
    table = browser.get(f"/console/{path}/?format=csv")
    assert table["Content-Type"].startswith("text/csv")
    assert not [line for line in table.content.decode().splitlines() if line.startswith("=")]


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_useful_while_empty(path: str) -> None:
    assert make_browser().get(f"/console/{path}/").status_code == 200
    assert make_browser(Role.CUSTOMER_SERVICE).get(f"/console/{path}/").status_code == 403


def test_the_overview_compares_with_the_period_before(orders: None) -> None:
    page = make_browser().get("/console/overview/?days=15").content.decode()
    assert "against the period before" in page
    assert "Tea" in page


@pytest.mark.parametrize(
    "query", ["start=2026-01-02&end=2026-01-01", "start=0001-01-01", "days=-4", "end=9999-12-31"]
)
def test_absurd_periods_are_refused_in_words(query: str) -> None:
    assert make_browser().get(f"/console/overview/?{query}").status_code in {200, 422}


def test_api(orders: None) -> None:
    program = make_program("insights.*")
    assert program.get("/api/v1/insights/dashboard").json()["now"]["orders"] == 6
    assert program.get("/api/v1/insights/retention").json()["cohorts"]
    assert sum(map(sum, program.get("/api/v1/insights/active-hours").json())) == 6
    assert program.get("/api/v1/insights/top-products").json()[0]["quantity"] == 12
    assert sum(cell["members"] for cell in program.get("/api/v1/insights/rfm").json()["cells"]) == 3
    assert make_program("rewards.*").get("/api/v1/insights/dashboard").status_code == 403


def test_commands_print_one_object(orders: None) -> None:
    def call(*words: str) -> dict[str, object]:
        result = CliRunner().invoke(app, [*words, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)  # type: ignore[no-any-return]

    assert call("dashboard")["now"]["orders"] == 6  # type: ignore[index]
    cohort = call("retention", "--grain", "month")["cohorts"][0]  # type: ignore[index]
    assert set(cohort) == {"start", "size", "retained"}
    assert call("rfm")["groups"]
    before = (datetime.now(UTC) - timedelta(days=300)).strftime("%Y-%m-%d")
    assert call("rfm", "--as-of", before)["groups"] == []
