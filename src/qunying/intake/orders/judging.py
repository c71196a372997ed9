"""Judging: every row becomes a line of an order, a line of a refund, or is rejected with a reason and its column."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qunying.intake.orders.dates import DateReading, read_dates
from qunying.intake.orders.numbers import comma_is_decimal, load_currencies
from qunying.intake.orders.question import Question
from qunying.intake.orders.typing_rows import load_customers, type_rows

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Reading:
    """What was decided for whole columns."""

    dates: DateReading
    comma_is_decimal: bool


def judge_rows(bench: "duckdb.DuckDBPyConnection", question: Question) -> Reading:
    """Fill ``judged``: one row per row of ``raw`` with its values, ``kind`` and ``reason`` (null when accepted).

    The columns: row, number, customer, stock_code, description, quantity, unit_price_minor, amount_minor, currency,
    channel, store, country, instant, content_key, occurrence, kind (order, refund, adjustment), is_gift, reason, field.
    """
    dates = read_dates(bench, question.options, question.zone)
    amounts = [name for name in ("unit_price", "line_amount", "order_amount") if name in question.fields]
    comma = comma_is_decimal(bench, amounts)
    load_currencies(bench, question.currency)
    load_customers(bench, question.options.source)
    type_rows(bench, question, comma_is_decimal=comma)
    _number_repeats(bench)
    if question.money_field == "order_amount":
        _share_order_amounts(bench)
    _load_known_currencies(bench, question.known_currencies)
    _judge_orders(bench, question)
    return Reading(dates, comma)


def _number_repeats(bench: "duckdb.DuckDBPyConnection") -> None:
    """Fill ``keyed``: ``checked`` with the key of what each row says, and which of the equal rows of its order it is.

    The key leaves out who bought and what the whole order cost: those belong to the order, not to the line.
    """
    bench.execute("""
        CREATE TABLE keyed AS
        SELECT *, row_number() OVER (PARTITION BY number, content_key ORDER BY row) AS occurrence
        FROM (SELECT c.*, md5(concat_ws(chr(31), c.stock_code, c.description,
                coalesce(c.quantity::VARCHAR, r.quantity, ''),
                coalesce(c.unit_price::VARCHAR, r.unit_price, ''),
                coalesce(c.line_amount::VARCHAR, r.line_amount, ''),
                coalesce(c.local_text, r.placed_at, '')))::UUID AS content_key
              FROM checked c JOIN raw r USING (row))
    """)
    bench.execute("DROP TABLE checked")


def _share_order_amounts(bench: "duckdb.DuckDBPyConnection") -> None:
    """Give each row of an order its share of what the order cost, by price × quantity, so that the shares add up exactly.

    A share is the difference of two rounded running totals.
    """
    bench.execute("""
        CREATE OR REPLACE TABLE keyed AS
        SELECT * EXCLUDE (total, weight, all_weight, running) REPLACE (
            CASE WHEN total IS NOT NULL THEN (2 * total * running + all_weight) // (2 * all_weight)
                - (2 * total * (running - weight) + all_weight) // (2 * all_weight) END::BIGINT AS amount_minor)
        FROM (SELECT *, sum(weight) OVER (PARTITION BY number) AS all_weight,
                sum(weight) OVER (PARTITION BY number ORDER BY row ROWS UNBOUNDED PRECEDING) AS running
              FROM (SELECT * REPLACE (CASE WHEN sum(weight) OVER (PARTITION BY number) > 0 THEN weight ELSE 1 END
                        AS weight)
                    FROM (SELECT *, max(abs(amount_minor)) OVER (PARTITION BY number)::HUGEINT AS total,
                            abs(trunc(coalesce(unit_price_minor, 1) * coalesce(quantity, 1)))::HUGEINT AS weight
                          FROM keyed)))
    """)


def _load_known_currencies(bench: "duckdb.DuckDBPyConnection", known: Mapping[str, str]) -> None:
    import pyarrow as pa

    bench.execute("CREATE TABLE known_currency (number VARCHAR, currency VARCHAR)")
    if known:
        pairs = pa.table({"number": list(known), "currency": list(known.values())})
        bench.register("known_pairs", pairs)
        bench.execute("INSERT INTO known_currency SELECT number, currency FROM known_pairs")
        bench.unregister("known_pairs")


def _judge_orders(bench: "duckdb.DuckDBPyConnection", question: Question) -> None:
    """Fill ``judged``: what only shows when all rows of an order are seen together."""
    bench.execute("""
        CREATE TABLE order_facts AS
        SELECT number, bool_or(kind = 'order' AND quantity > 0 AND has_price) AS is_sale,
            arg_min(customer, row) FILTER (customer IS NOT NULL) AS customer, arg_min(currency, row) AS currency
        FROM (SELECT *, coalesce(unit_price > 0, amount_minor > 0) AS has_price FROM keyed WHERE fault IS NULL)
        GROUP BY number
    """)
    money = question.money_field
    drop = (
        "WHEN k.occurrence > 1 THEN {'reason': 'repeated_line', 'field': ''}" if question.drop_repeats else ""
    )
    bench.execute(f"""
        CREATE TABLE judged AS
        SELECT * EXCLUDE (fault, verdict), verdict.reason AS reason, verdict.field AS field
        FROM (
            SELECT k.* EXCLUDE (unit_price, line_amount, order_amount, factor, local_text, date_problem),
                coalesce(k.unit_price = 0, k.amount_minor = 0) AS is_gift,
                CASE WHEN k.kind = 'adjustment' THEN {{'reason': 'ledger_adjustment', 'field': 'number'}}
                    WHEN k.fault IS NOT NULL THEN k.fault
                    WHEN k.amount_minor IS NULL THEN {{'reason': 'missing_value', 'field': '{money}'}}
                    WHEN k.kind = 'refund' AND k.quantity >= 0 THEN {{'reason': 'not_negative', 'field': 'quantity'}}
                    WHEN k.kind = 'order' AND NOT f.is_sale THEN {{'reason': 'stock_movement', 'field': ''}}
                    WHEN coalesce(k.unit_price, k.amount_minor * sign(k.quantity)) < 0
                        THEN {{'reason': 'negative_amount', 'field': '{money}'}}
                    WHEN k.kind = 'order' AND k.quantity < 0
                        THEN {{'reason': 'negative_quantity', 'field': 'quantity'}}
                    WHEN k.quantity = 0 THEN {{'reason': 'zero_quantity', 'field': 'quantity'}}
                    WHEN k.customer <> f.customer THEN {{'reason': 'other_customer', 'field': 'customer'}}
                    WHEN k.currency <> f.currency OR k.currency <> n.currency
                        THEN {{'reason': 'other_currency', 'field': 'currency'}}
                    {drop} END AS verdict
            FROM keyed k LEFT JOIN order_facts f USING (number) LEFT JOIN known_currency n USING (number))
    """)  # noqa: S608 - our own names
    bench.execute("DROP TABLE keyed")
