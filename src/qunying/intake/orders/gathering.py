"""Gathering: from judged rows to orders, refunds and products, in chunks that hold whole orders.

And the counts of the file.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunying.intake.orders.workbench import first_row

if TYPE_CHECKING:
    import duckdb

CHUNK_LINES = 20_000


@dataclass(frozen=True)
class Counts:
    """What a file holds. Money is minor units; ``accepted`` + ``rejected`` = ``rows``."""

    rows: int
    accepted: int
    rejected: int
    repeated_lines: int
    members: int
    orders: int
    anonymous_orders: int
    refunds: int
    net_minor: int
    rejected_minor: int


def gather(bench: "duckdb.DuckDBPyConnection") -> None:
    """Fill ``order_out``, ``refund_out`` (one row each), ``line_out`` (of both), ``product_out`` and ``member_out``.

    ``ordinal`` numbers orders and refunds each; ``chunk`` groups them by about ``CHUNK_LINES`` lines.
    """
    for kind, order_by in (("order", "min(row)"), ("refund", "min(instant), min(row)")):
        sign = "-" if kind == "refund" else ""
        bench.execute(f"""
            CREATE TABLE {kind}_out AS
            SELECT *, (sum(lines) OVER (ORDER BY ordinal) - lines)::BIGINT // {CHUNK_LINES} AS chunk
            FROM (SELECT row_number() OVER (ORDER BY {order_by}) AS ordinal, number,
                    arg_min(customer, row) FILTER (customer IS NOT NULL) AS customer, min(instant) AS
                    placed_at,
                    arg_min(channel, row) AS channel, arg_min(store, row) AS store, arg_min(country, row) AS
                    country,
                    arg_min(currency, row) AS currency, {sign}sum(amount_minor)::BIGINT AS total_minor,
                    {sign}sum(quantity)::BIGINT AS units, count(*) AS lines
                  FROM judged WHERE reason IS NULL AND kind = '{kind}' GROUP BY number)
        """)  # noqa: S608 - constants
    for kind in ("order", "refund"):
        sign = "-" if kind == "refund" else ""
        bench.execute(f"""
            CREATE TABLE {kind}_line_out AS
            SELECT o.chunk, o.ordinal, j.stock_code, j.description, {sign}j.quantity::INTEGER AS quantity,
                coalesce(j.unit_price_minor, round(j.amount_minor / j.quantity)::BIGINT) AS unit_price_minor,
                {sign}j.amount_minor AS amount_minor, j.is_gift, j.content_key, j.occurrence::INTEGER AS
                occurrence
            FROM judged j JOIN {kind}_out o USING (number)
            WHERE j.reason IS NULL AND j.kind = '{kind}'
            ORDER BY o.ordinal, j.row
        """)  # noqa: S608 - constants
    bench.execute("""
        CREATE TABLE product_out AS
        SELECT stock_code AS code, coalesce(arg_max(description, (instant, row)) FILTER (description <> ''),
        '') AS title,
            min(instant) AS first_sold_at, max(instant) AS last_sold_at
        FROM judged WHERE reason IS NULL GROUP BY stock_code ORDER BY stock_code
    """)
    bench.execute("""
        CREATE TABLE member_out AS
        SELECT customer AS value, min(instant) AS first_seen_at FROM judged WHERE customer IS NOT NULL AND
        length(customer) <= 200
        GROUP BY customer ORDER BY customer
    """)


def count(bench: "duckdb.DuckDBPyConnection") -> Counts:
    """Return the counts of the file, the same whatever was known before."""
    row = first_row(
        bench,
        """
        SELECT (SELECT count(*) FROM judged) + (SELECT count(*) FROM misfit),
            (SELECT count(*) FROM judged WHERE reason IS NULL),
            (SELECT count(*) FROM judged WHERE reason IS NOT NULL) + (SELECT count(*) FROM misfit),
            (SELECT count(*) FROM judged WHERE occurrence > 1),
            (SELECT count(*) FROM member_out),
            (SELECT count(*) FROM order_out), (SELECT count(*) FROM order_out WHERE customer IS NULL),
            (SELECT count(*) FROM refund_out),
            (SELECT coalesce(sum(amount_minor), 0)::BIGINT FROM judged WHERE reason IS NULL),
            (SELECT coalesce(sum(amount_minor), 0)::BIGINT FROM judged WHERE reason IS NOT NULL)
    """,
    )
    return Counts(*row)
