"""Retention by local month and week."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from qunying.insights.queries.get_retention import RetentionCohort, get_retention
from qunying.stream.lake import memory_analysis

ANN, BOB = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")


def order(member: str, *moment: int) -> dict[str, object]:
    return {"name": "order_paid", "member_id": member, "occurred_at": datetime(*moment, tzinfo=UTC)}  # type: ignore[misc,arg-type]


def test_evening_hours_belong_to_the_local_month() -> None:
    """Between 16:00 and 24:00 UTC it is the next day in Shanghai."""
    orders = [
        order(ANN, 2026, 1, 31, 16, 0),
        order(BOB, 2026, 1, 31, 15, 59),
        order(ANN, 2026, 2, 28, 23, 30),
    ]
    with memory_analysis(orders) as analysis:
        assert get_retention(analysis, grain="month", zone="Asia/Shanghai") == [
            RetentionCohort(date(2026, 1, 1), 1, [1, 0, 0]),
            RetentionCohort(date(2026, 2, 1), 1, [1, 1]),
        ]
        assert get_retention(analysis, grain="month", zone="UTC") == [
            RetentionCohort(date(2026, 1, 1), 2, [2, 1])
        ]


def test_weeks_begin_on_monday() -> None:
    orders = [order(ANN, 2026, 3, 1, 12), order(ANN, 2026, 3, 2, 12), order(BOB, 2026, 3, 8, 12)]
    with memory_analysis(orders) as analysis:
        assert get_retention(analysis, grain="week", zone="UTC") == [
            RetentionCohort(date(2026, 2, 23), 1, [1, 1]),
            RetentionCohort(date(2026, 3, 2), 1, [1]),
        ]


@pytest.fixture(scope="module")
def cleaned_orders(shared_data: Path) -> object:
    file = shared_data / "online_retail" / "online_retail.csv.gz"
    found = duckdb.sql(
        f"""SELECT 'order_paid' AS name, lpad(customer_id, 8, '0') || '-0000-0000-0000-000000000000' AS member_id,
            timezone('Europe/London', min(invoice_date)::TIMESTAMP) AS occurred_at
            FROM read_csv('{file}', all_varchar = true)
            WHERE quantity::INT > 0 AND unit_price::DOUBLE > 0 AND customer_id IS NOT NULL
            GROUP BY invoice_no, customer_id"""
    )
    assert found is not None
    return found.to_arrow_table()


def test_the_first_cohort_of_the_real_orders(cleaned_orders: object) -> None:
    rows = cleaned_orders.to_pylist()  # type: ignore[attr-defined]
    with memory_analysis(rows) as analysis:
        first = get_retention(analysis, grain="month", zone="Europe/London")[0]
    assert first.start == date(2010, 12, 1)
    assert first.retained == [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
