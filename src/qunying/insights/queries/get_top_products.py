"""What sold best in a period."""

from dataclasses import dataclass
from datetime import date

import ibis

from qunying.stream.lake import Analysis


@dataclass(frozen=True)
class ProductSales:
    """One product in one period; returns are taken off quantity and revenue.

    Attributes:
        product: the stock code.
        description: how its lines were mostly called.
        orders: orders that hold it.
        buyers: members who bought it.
        quantity: units sold less units returned.
        revenue_minor: paid less refunded, in minor units.
    """

    product: str
    description: str
    orders: int
    buyers: int
    quantity: int
    revenue_minor: int


def get_top_products(
    analysis: Analysis, *, start: date, end: date, zone: str, size: int = 20, currency: str = ""
) -> list[ProductSales]:
    """Return the products with the highest net revenue of the local days ``start`` to ``end``, both included.

    With a ``currency`` only amounts in it are revenue: nothing is converted.
    """
    lines = analysis.events.filter(
        analysis.events.name.isin(("order_line_paid", "order_line_refunded")),
        analysis.events["product"].notnull(),
    )
    lines = lines.mutate(
        day=analysis.local_time(lines.occurred_at, zone).date(),
        description=lines.properties.get("description", ""),
    )
    lines = lines.filter(lines.day.between(ibis.literal(start), ibis.literal(end)))
    bought = lines.name == "order_line_paid"
    sales = lines.group_by("product").aggregate(
        description=lines.description.mode(where=lines.description != ""),
        orders=lines.order_id.nunique(where=bought),
        buyers=lines.member_id.nunique(where=bought),
        quantity=lines.quantity.sum().fill_null(0),
        revenue=(
            lines.amount.sum(where=(lines.currency == currency).fill_null(True))
            if currency
            else lines.amount.sum()
        ).fill_null(0),
    )
    best = sales.order_by(sales.revenue.desc(), sales["product"]).limit(size)
    return [
        ProductSales(
            product=row["product"],
            description=row["description"] or "",
            orders=row["orders"],
            buyers=row["buyers"],
            quantity=int(row["quantity"]),
            revenue_minor=int(row["revenue"]),
        )
        for row in analysis.connection.to_pyarrow(best).to_pylist()
    ]
