"""The overview of a period against the period before it."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
from ibis.expr import types as ir

from qunying.stream.lake import Analysis
from qunying.stream.money import is_elsewhere

SALES = ("order_paid", "order_amended", "order_refunded")


@dataclass(frozen=True)
class Figures:
    """What happened in one period.

    Attributes:
        new: members whose first order ever fell into the period.
        active: members with an order in the period.
        retained: active members who were active in the period before as well.
        orders: paid orders, those of unknown buyers included.
        revenue_minor: what was paid less what was refunded, in minor units of the currency that was asked for.
        elsewhere: orders in other currencies: they are no revenue, because amounts are not converted.
        repeat_rate: active members with two or more orders in the period, as a share of active members.
    """

    new: int
    active: int
    retained: int
    orders: int
    revenue_minor: int
    repeat_rate: float | None
    elsewhere: int = 0


@dataclass(frozen=True)
class DaySales:
    """Orders and revenue of one local day."""

    day: date
    orders: int
    revenue_minor: int


@dataclass(frozen=True)
class Dashboard:
    """A period (first and last local day), the equally long one before it, and the sales of each day."""

    start: date
    end: date
    now: Figures
    before: Figures
    days: list[DaySales]


def get_dashboard(analysis: Analysis, *, start: date, end: date, zone: str, currency: str = "") -> Dashboard:
    """Return the overview of the local days ``start`` to ``end``, both included.

    Args:
        analysis: the stream to read.
        start: first local day.
        end: last local day, not before the first.
        zone: the IANA zone whose days are meant.
        currency: in which revenue is counted; empty when there is only one.
    """
    length = end - start + timedelta(days=1)
    sales = analysis.events.filter(analysis.events.name.isin(SALES))
    elsewhere = is_elsewhere(sales, currency) if currency else ibis.literal(False)
    sales = sales.mutate(
        day=analysis.local_time(sales.occurred_at, zone).date(),
        amount=elsewhere.ifelse(0, sales.amount),
        is_elsewhere=elsewhere,
    )
    is_order = sales.name == "order_paid"
    member_figures = _member_figures(sales.filter(is_order), start, length)
    sums = sales.aggregate(
        **{
            f"{label}_{moment}": value
            for moment, shift in (("now", 0), ("before", 1))
            for label, value in _sums(
                sales, is_order, _within(sales.day, start - shift * length, length)
            ).items()
        }
    )
    members = analysis.connection.to_pyarrow(member_figures).to_pylist()[0]
    totals = analysis.connection.to_pyarrow(sums).to_pylist()[0]
    return Dashboard(
        start=start,
        end=end,
        now=_figures(members, totals, "now"),
        before=_figures(members, totals, "before"),
        days=_days(analysis, sales, start, length),
    )


def _within(day: ir.DateValue, start: date, length: timedelta) -> ir.BooleanValue:
    return (day >= ibis.literal(start)) & (day < ibis.literal(start + length))


def _sums(sales: ir.Table, is_order: ir.BooleanValue, within: ir.BooleanValue) -> dict[str, ir.Scalar]:
    return {
        "orders": sales.count(where=is_order & within),
        "revenue": sales.amount.sum(where=within).fill_null(0),
        "elsewhere": sales.count(where=is_order & within & sales.is_elsewhere),
    }


def _member_figures(orders: ir.Table, start: date, length: timedelta) -> ir.Table:
    """One row: how many members are new, active, retained and repeating, now and in the period before."""
    known = orders.filter(orders.member_id.notnull())
    counts = {
        f"orders_{number}": known.count(where=_within(known.day, start - number * length, length))
        for number in range(3)
    }
    members = known.group_by("member_id").aggregate(first=known.day.min(), **counts)
    figures = {}
    for number, moment in enumerate(("now", "before")):
        ordered, earlier = members[f"orders_{number}"], members[f"orders_{number + 1}"]
        figures[f"active_{moment}"] = members.count(where=ordered > 0)
        figures[f"retained_{moment}"] = members.count(where=(ordered > 0) & (earlier > 0))
        figures[f"repeating_{moment}"] = members.count(where=ordered > 1)
        figures[f"new_{moment}"] = members.count(
            where=_within(members.first, start - number * length, length)
        )
    return members.aggregate(**figures)


def _figures(members: dict[str, int], totals: dict[str, int], moment: str) -> Figures:
    active = members[f"active_{moment}"]
    return Figures(
        new=members[f"new_{moment}"],
        active=active,
        retained=members[f"retained_{moment}"],
        orders=totals[f"orders_{moment}"],
        revenue_minor=int(totals[f"revenue_{moment}"]),
        repeat_rate=members[f"repeating_{moment}"] / active if active else None,
        elsewhere=totals[f"elsewhere_{moment}"],
    )


def _days(analysis: Analysis, sales: ir.Table, start: date, length: timedelta) -> list[DaySales]:
    found = sales.filter(_within(sales.day, start, length))
    rows = found.group_by("day").aggregate(
        orders=found.count(where=found.name == "order_paid"), revenue=found.amount.sum().fill_null(0)
    )
    by_day = {row["day"]: row for row in analysis.connection.to_pyarrow(rows).to_pylist()}
    every = [start + timedelta(days=number) for number in range(length.days)]
    return [
        DaySales(day, by_day[day]["orders"], int(by_day[day]["revenue"]))
        if day in by_day
        else DaySales(day, 0, 0)
        for day in every
    ]
