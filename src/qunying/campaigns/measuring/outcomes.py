"""What members did before and after an instant, as sums per arm or as means per community.

One Ibis plan over the stream, for any number of members: orders are counted by ``order_paid``; sales are
``order_paid`` + ``order_amended`` + ``order_refunded`` in the campaign's currency, so they are net of
returns. Every assigned member counts, also those who did nothing (intention to treat). "Before" is all
history up to the instant, each outcome beside its own past.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from qunying.engines.summary import PairedSummary, Summary
from qunying.shop.events import ORDER_AMENDED, ORDER_PAID, ORDER_REFUNDED
from qunying.stream.lake import Analysis

SALES_EVENTS = (ORDER_PAID.name, ORDER_AMENDED.name, ORDER_REFUNDED.name)
OUTCOMES = ("orders", "sales", "bought")
ASSIGNED_SCHEMA = pa.schema([("member_id", pa.string()), ("arm", pa.string()), ("community_id", pa.string())])


@dataclass(frozen=True)
class Period:
    """Where "after" begins and ends: events in (start, end] count as outcome, all up to ``start`` as past."""

    start: datetime
    end: datetime


def assigned_table(rows: Iterable[tuple[object, str, object]]) -> pa.Table:
    """Return (member, arm, community) rows as the table that the plans below join with."""
    members, arms, communities = [], [], []
    for member_id, arm, community_id in rows:
        members.append(str(member_id))
        arms.append(str(arm))
        communities.append(None if community_id is None else str(community_id))
    return pa.table([members, arms, communities], schema=ASSIGNED_SCHEMA)


def sums_per_arm(
    analysis: Analysis, assigned: pa.Table, period: Period, currency: str
) -> dict[str, dict[str, PairedSummary]]:
    """Return per arm the sums of each outcome (``orders``, ``sales`` in minor units, ``bought`` 0 or 1)."""
    members = _members(analysis, assigned, period, currency)
    columns: dict[str, ir.Value] = {"n": members.count()}
    for name in OUTCOMES:
        after, before = members[name], members[f"{name}_before"]
        columns[f"{name}_total"] = after.sum()
        columns[f"{name}_squares"] = (_wide(after) * _wide(after)).sum()
        columns[f"{name}_before_total"] = before.sum()
        columns[f"{name}_before_squares"] = (_wide(before) * _wide(before)).sum()
        columns[f"{name}_cross"] = (_wide(after) * _wide(before)).sum()
    rows = analysis.connection.to_pyarrow(members.group_by("arm").agg(**columns)).to_pylist()
    return {row["arm"]: {name: _paired(row, name) for name in OUTCOMES} for row in rows}


def means_per_community(
    analysis: Analysis, assigned: pa.Table, period: Period, currency: str
) -> dict[str, dict[str, Summary]]:
    """Return for each arm the sums over its communities of each outcome's mean per member; every community
    counts once.
    """
    members = _members(analysis, assigned, period, currency)
    means = members.group_by(["arm", "community_id"]).agg(**{name: members[name].mean() for name in OUTCOMES})
    found: dict[str, dict[str, list[float]]] = {}
    for row in analysis.connection.to_pyarrow(means).to_pylist():
        for name in OUTCOMES:
            found.setdefault(row["arm"], {}).setdefault(name, []).append(float(row[name]))
    return {
        arm: {name: Summary.of(values) for name, values in by_name.items()} for arm, by_name in found.items()
    }


def sales_of(analysis: Analysis, assigned: pa.Table, period: Period, currency: str) -> int:
    """Return the net sales to all assigned members within a period, in minor units."""
    events = _sales_events(analysis, currency)
    inside = events.filter((events.occurred_at > _at(period.start)) & (events.occurred_at <= _at(period.end)))
    audience = ibis.memtable(assigned).select("member_id").distinct()
    bought = inside.semi_join(audience, "member_id")
    return int(analysis.connection.to_pyarrow(bought.amount.sum()).as_py() or 0)


def history_begins(analysis: Analysis, currency: str) -> datetime | None:
    """Return when the first sale in the currency occurred, None without any."""
    found: datetime | None = analysis.connection.to_pyarrow(
        _sales_events(analysis, currency).occurred_at.min()
    ).as_py()
    return found


def _members(analysis: Analysis, assigned: pa.Table, period: Period, currency: str) -> ir.Table:
    """One row per assigned member with each outcome after the start and before it."""
    audience = ibis.memtable(assigned)
    events = _sales_events(analysis, currency)
    paid = events.name == ORDER_PAID.name
    after = (events.occurred_at > _at(period.start)) & (events.occurred_at <= _at(period.end))
    before = events.occurred_at <= _at(period.start)
    per_member = events.group_by("member_id").agg(
        orders=(paid & after).sum(),
        orders_before=(paid & before).sum(),
        sales=after.ifelse(events.amount, 0).sum(),
        sales_before=before.ifelse(events.amount, 0).sum(),
    )
    joined = audience.left_join(per_member, "member_id")
    counted = {
        name: joined[name].fill_null(0).cast("int64")
        for name in ("orders", "orders_before", "sales", "sales_before")
    }
    members = joined.select("arm", "community_id", **counted)
    return members.mutate(
        bought=(members.orders > 0).cast("int64"), bought_before=(members.orders_before > 0).cast("int64")
    )


def _sales_events(analysis: Analysis, currency: str) -> ir.Table:
    events = analysis.events
    return events.filter(
        events.name.isin(SALES_EVENTS) & (events.currency == currency) & events.member_id.notnull()
    )


def _at(instant: datetime) -> ir.Value:
    return ibis.literal(instant, type="timestamp('UTC')")


def _wide(column: ir.Value) -> ir.Value:
    """Return a column whose products fit: minor units squared leave 64 bits."""
    return column.cast("decimal(19, 0)")


def _paired(row: Mapping[str, Any], name: str) -> PairedSummary:
    return PairedSummary(
        n=int(row["n"]),
        total=int(row[f"{name}_total"]),
        total_squares=int(row[f"{name}_squares"]),
        before_total=int(row[f"{name}_before_total"]),
        before_squares=int(row[f"{name}_before_squares"]),
        cross=int(row[f"{name}_cross"]),
    )
