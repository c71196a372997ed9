"""The overview counts local days, compares with the period before and takes refunds off."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.insights.queries.get_dashboard import DaySales, Figures, get_dashboard
from qunying.insights.queries.get_rfm_grid import get_rfm_grid
from qunying.insights.queries.get_top_products import ProductSales, get_top_products
from qunying.kernel.actors import system
from qunying.segments.actions.change_definitions import change_definitions
from qunying.segments.queries.evaluate_rule import question_at
from qunying.segments.rules.asking import matching_members
from qunying.segments.rules.policy import DEFAULT_STAGES
from qunying.segments.rules.reading import read_rule
from qunying.shop.queries.get_active_hours import get_active_hours
from qunying.stream.lake import memory_analysis

SHANGHAI = "Asia/Shanghai"
ANN, BOB, CAT = (f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))


def order(
    member: str | None, day: int, hour: int = 4, amount: int = 100, name: str = "order_paid"
) -> dict[str, object]:
    return {
        "name": name,
        "member_id": member,
        "occurred_at": datetime(2026, 3, day, hour, tzinfo=UTC),
        "amount": amount,
    }


ORDERS = [
    order(ANN, 1),
    order(ANN, 8, amount=300),
    order(ANN, 9, amount=50),
    order(BOB, 9),
    order(None, 9, amount=7),
    order(ANN, 10, amount=-20, name="order_refunded"),
    order(CAT, 3, amount=10),
]


def test_figures_of_a_week_against_the_week_before() -> None:
    with memory_analysis(ORDERS) as analysis:
        found = get_dashboard(analysis, start=date(2026, 3, 8), end=date(2026, 3, 14), zone=SHANGHAI)
    assert found.now == Figures(new=1, active=2, retained=1, orders=4, revenue_minor=437, repeat_rate=0.5)
    assert found.before == Figures(new=2, active=2, retained=0, orders=2, revenue_minor=110, repeat_rate=0.0)
    assert found.days[:3] == [
        DaySales(date(2026, 3, 8), 1, 300),
        DaySales(date(2026, 3, 9), 3, 157),
        DaySales(date(2026, 3, 10), 0, -20),
    ]
    assert len(found.days) == 7


def test_money_of_another_currency_is_no_revenue() -> None:
    mixed = [
        {**order(ANN, 8, amount=300), "currency": "CNY"},
        {**order(BOB, 8, amount=90_000), "currency": "GBP"},
    ]
    lines = [
        {**row, "name": "order_line_paid", "product": "TEA", "order_id": str(row["member_id"]), "quantity": 1}
        for row in mixed
    ]
    week: dict[str, Any] = {"start": date(2026, 3, 8), "end": date(2026, 3, 14), "zone": SHANGHAI}
    with memory_analysis([*mixed, *lines]) as analysis:
        found = get_dashboard(analysis, **week, currency="CNY")
        (tea,) = get_top_products(analysis, **week, currency="CNY")
    assert (found.now.orders, found.now.revenue_minor, found.now.elsewhere) == (2, 300, 1)
    assert (found.days[0].orders, found.days[0].revenue_minor) == (2, 300)
    assert (tea.quantity, tea.revenue_minor) == (2, 300)


@pytest.mark.django_db
def test_money_of_another_currency_is_in_no_score_and_no_segment() -> None:
    """It is an order all the same. What names no currency is in the brand's."""
    as_of = datetime(2026, 3, 14, tzinfo=UTC)
    known = [
        {"name": "member_created", "member_id": who, "occurred_at": as_of - timedelta(days=9)}
        for who in (ANN, BOB)
    ]
    paid = [
        {**order(ANN, 8, amount=300), "currency": "CNY"},
        {**order(ANN, 9, amount=50)},
        {**order(BOB, 8, amount=90_000), "currency": "GBP"},
    ]
    rich = read_rule({"event": "order_paid", "sum": "amount", "at_least": 200})
    with memory_analysis([*known, *paid], as_of) as analysis:
        grid = get_rfm_grid(analysis, as_of)
        found = matching_members(analysis, rich, question_at(as_of)).to_pyarrow()["member_id"].to_pylist()
    assert sum(cell.members for cell in grid.cells) == 2
    assert (sum(cell.monetary_minor for cell in grid.cells), grid.elsewhere) == (350, 1)
    assert found == [str(ANN)]


@pytest.mark.django_db
@pytest.mark.parametrize("bins", [3, 10])
def test_everybody_is_in_the_grid_whatever_the_brands_highest_score_is(bins: int) -> None:
    as_of = datetime(2026, 3, 30, tzinfo=UTC)
    people = [str(UUID(int=number)) for number in range(1, 21)]
    known = [
        {"name": "member_created", "member_id": who, "occurred_at": as_of - timedelta(days=29)}
        for who in people
    ]
    paid = [order(who, place + 1, amount=100 * place + 100) for place, who in enumerate(people)]
    with memory_analysis([*known, *paid], as_of) as analysis:
        expected = get_rfm_grid(analysis, as_of)
        change_definitions(
            command_id="bins",
            actor=system("test"),
            now=as_of - timedelta(days=1),
            stages=DEFAULT_STAGES,
            window_days=365,
            bins=bins,
        )
        found = get_rfm_grid(analysis, as_of)
    assert sum(cell.members for cell in found.cells) == len(people)
    assert found == expected


@pytest.mark.parametrize(("zone", "active"), [(SHANGHAI, 1), ("UTC", 0)])
def test_the_local_day_counts(zone: str, active: int) -> None:
    late = [{**order(ANN, 7, hour=20)}]  # 04:00 of the 8th in Shanghai
    with memory_analysis(late) as analysis:
        found = get_dashboard(analysis, start=date(2026, 3, 8), end=date(2026, 3, 8), zone=zone)
    assert found.now.active == active


def test_an_empty_stream_is_a_row_of_zeros() -> None:
    with memory_analysis([]) as analysis:
        found = get_dashboard(analysis, start=date(2026, 3, 8), end=date(2026, 3, 9), zone=SHANGHAI)
        assert get_top_products(analysis, start=date(2026, 3, 8), end=date(2026, 3, 9), zone=SHANGHAI) == []
    assert found.now == Figures(0, 0, 0, 0, 0, None)


def test_active_hours_are_local_and_monday_comes_first() -> None:
    with memory_analysis([order(ANN, 8, hour=20), order(BOB, 8, hour=20)]) as analysis:
        grid = get_active_hours(analysis, start=date(2026, 3, 1), end=date(2026, 3, 31), zone=SHANGHAI)
    assert grid[0][4] == 2  # Sunday 20:00 UTC is Monday 04:00
    assert sum(map(sum, grid)) == 2


def test_top_products_take_returns_off() -> None:
    def line(product: str, quantity: int, amount: int, name: str = "order_line_paid") -> dict[str, object]:
        return {
            **order(ANN, 9, amount=amount, name=name),
            "product": product,
            "quantity": quantity,
            "order_id": BOB,
            "properties": {"description": product.upper()},
        }

    lines = [line("a", 3, 300), line("a", -1, -100, "order_line_refunded"), line("b", 1, 250)]
    with memory_analysis(lines) as analysis:
        best = get_top_products(analysis, start=date(2026, 3, 9), end=date(2026, 3, 9), zone=SHANGHAI)
    assert best == [ProductSales("b", "B", 1, 1, 1, 250), ProductSales("a", "A", 1, 1, 2, 200)]
