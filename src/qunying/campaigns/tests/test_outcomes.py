"""Sums per arm: against plain Python over the same events."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.campaigns.measuring.outcomes import (
    Period,
    assigned_table,
    history_begins,
    means_per_community,
    sales_of,
    sums_per_arm,
)
from qunying.engines.summary import PairedSummary, Summary
from qunying.stream.lake import memory_analysis

LAUNCH = datetime(2026, 3, 1, tzinfo=UTC)
PERIOD = Period(LAUNCH, LAUNCH + timedelta(days=30))
MEMBERS = [UUID(int=number) for number in range(1, 9)]
HOMES = [UUID(int=100 + number % 3) for number in range(8)]
ASSIGNED = assigned_table(
    (member, "treatment" if number < 5 else "control", HOMES[number]) for number, member in enumerate(MEMBERS)
)


def event(
    member: UUID | None, day: float, amount: int, name: str = "order_paid", currency: str = "CNY"
) -> dict[str, Any]:
    return {
        "name": name,
        "member_id": member,
        "occurred_at": LAUNCH + timedelta(days=day),
        "amount": amount,
        "currency": currency,
    }


EVENTS = st.builds(
    event,
    st.sampled_from([*MEMBERS, UUID(int=77), None]),
    st.sampled_from([-400.0, -0.5, 0.0, 0.001, 3.0, 30.0, 30.001]),
    st.integers(-(10**12), 10**12),
    st.sampled_from(["order_paid", "order_amended", "order_refunded", "order_line_paid", "product_viewed"]),
    st.sampled_from(["CNY", "CNY", "EUR"]),
)


def plain(rows: list[dict[str, Any]]) -> dict[UUID, dict[str, int]]:
    figures: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if row["currency"] != "CNY" or row["name"] in {"order_line_paid", "product_viewed"}:
            continue
        when = row["occurred_at"]
        past = "_before" if when <= PERIOD.start else "" if when <= PERIOD.end else "_later"
        figures[row["member_id"]][f"sales{past}"] += row["amount"]
        if row["name"] == "order_paid":
            figures[row["member_id"]][f"orders{past}"] += 1
            figures[row["member_id"]][f"bought{past}"] = 1
    return figures


@settings(max_examples=25, deadline=None)
@given(st.lists(EVENTS, max_size=40))
def test_sums_are_those_of_plain_python(rows: list[dict[str, Any]]) -> None:
    figures = plain(rows)
    with memory_analysis(rows) as analysis:
        sums = sums_per_arm(analysis, ASSIGNED, PERIOD, "CNY")
        means = means_per_community(analysis, ASSIGNED, PERIOD, "CNY")
        assert sales_of(analysis, ASSIGNED, PERIOD, "CNY") == sum(figures[m]["sales"] for m in MEMBERS)
    for arm, members in (("treatment", MEMBERS[:5]), ("control", MEMBERS[5:])):
        for name in ("orders", "sales", "bought"):
            after = [figures[member][name] for member in members]
            before = [figures[member][f"{name}_before"] for member in members]
            assert sums[arm][name] == PairedSummary(
                len(members),
                sum(after),
                sum(y * y for y in after),
                sum(before),
                sum(x * x for x in before),
                sum(x * y for x, y in zip(before, after, strict=True)),
            )
            by_home: dict[UUID, list[int]] = defaultdict(list)
            for member, value in zip(members, after, strict=True):
                by_home[HOMES[MEMBERS.index(member)]].append(value)
            expected = Summary.of([float(sum(values) / len(values)) for values in by_home.values()])
            assert means[arm][name].n == expected.n
            assert abs(means[arm][name].total - expected.total) <= 1e-6 * max(1.0, abs(expected.total))


def test_who_did_nothing_counts() -> None:
    with memory_analysis([event(MEMBERS[0], 1, 500)]) as analysis:
        sums = sums_per_arm(analysis, ASSIGNED, PERIOD, "CNY")
        assert (sums["treatment"]["orders"].n, sums["treatment"]["orders"].total) == (5, 1)
        assert (sums["control"]["sales"].n, sums["control"]["sales"].total) == (3, 0)
        assert history_begins(analysis, "CNY") == LAUNCH + timedelta(days=1)
        assert history_begins(analysis, "EUR") is None


def test_a_merged_member_is_one() -> None:
    old = UUID(int=99)
    rows = [event(old, 1, 300), event(MEMBERS[0], 2, 200)]
    with memory_analysis(rows, identities={str(old): str(MEMBERS[0])}) as analysis:
        orders = sums_per_arm(analysis, ASSIGNED, PERIOD, "CNY")["treatment"]["orders"]
        assert (orders.total, orders.total_squares) == (2, 4)
