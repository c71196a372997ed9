"""Judging.

Every row becomes a line of an order, a line of a refund, or is rejected with a reason, its column and its
value.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qunying.intake.orders.dates import DateReading, read_dates
from qunying.intake.orders.mapping import OWN_SHOP, Options
from qunying.intake.orders.numbers import (
    MAX_PRICE,
    MAX_QUANTITY,
    comma_is_decimal,
    load_currencies,
    read_number,
)

if TYPE_CHECKING:
    import duckdb

MAX_KEY = 200
MAX_TEXT = 2_000
_UNPAID = "等待.*付款|待付款|未付款|待支付|未支付|关闭|取消|unpaid|pending payment|cancell?ed|closed|voided"
_CONTROL = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"


@dataclass(frozen=True)
class Question:
    """What to read the rows with."""

    options: Options
    fields: frozenset[str]
    zone: str
    currency: str
    drop_repeats: bool
    now: datetime
    is_clean: bool = True


@dataclass(frozen=True)
class Reading:
    """What was decided for whole columns."""

    dates: DateReading
    comma_is_decimal: bool


def judge_rows(bench: "duckdb.DuckDBPyConnection", question: Question) -> Reading:
    """Fill ``judged``: one row per row of ``raw`` with typed values, ``kind`` (order, refund) and ``reason`` (null when accepted).

    The columns: row, number, customer, stock_code, description, quantity, unit_price_minor, amount_minor,
        currency, channel, store,
    country, instant, content_key, occurrence, kind, is_gift, reason, field, value.
    """
    dates = read_dates(bench, question.options, question.zone)
    amounts = [name for name in ("unit_price", "line_amount", "order_amount") if name in question.fields]
    comma = comma_is_decimal(bench, amounts)
    load_currencies(bench, question.currency)
    _load_customers(bench, question.options.source)
    _type_rows(bench, question, comma=comma)
    _find_faults(bench, question)
    _number_repeats(bench)
    _judge_orders(bench, question)
    return Reading(dates, comma)


def _load_customers(bench: "duckdb.DuckDBPyConnection", source: str) -> None:
    """Fill ``customer_text`` (text, customer): one spelling per customer.

    Masked names (张**) stand for nobody in particular.
    """
    prefix = "" if source == OWN_SHOP else f"{source}:"
    bench.execute(
        "CREATE TABLE customer_text AS SELECT text,"
        " CASE WHEN contains(text, '*') THEN NULL ELSE ? || regexp_replace(text, '^(\\d+)\\.0$', '\\1') END AS customer"
        " FROM (SELECT DISTINCT customer AS text FROM raw WHERE customer IS NOT NULL)",
        [prefix],
    )
    wide = bench.execute("SELECT text, customer FROM customer_text WHERE customer <> strip_accents(customer)"
        " OR regexp_matches(customer, '[^\\x20-\\x7e]')").fetchall()  # fmt: skip
    changed = [(unicodedata.normalize("NFKC", customer).strip(), text) for text, customer in wide if customer]
    changed = [(customer, text) for customer, text in changed if customer]
    if changed:
        bench.execute("CREATE TABLE customer_spelling (customer VARCHAR, text VARCHAR)")
        bench.executemany("INSERT INTO customer_spelling VALUES (?, ?)", changed)
        bench.execute(
            "UPDATE customer_text SET customer = s.customer FROM customer_spelling s WHERE s.text = customer_text.text"
        )


def _type_rows(bench: "duckdb.DuckDBPyConnection", question: Question, *, comma: bool) -> None:
    """Fill ``typed``: texts beside their values."""
    quantity = (
        read_number("r.quantity", comma_is_decimal=comma)
        if "quantity" in question.fields
        else "1::DECIMAL(24, 8)"
    )
    money = {
        name: read_number(f"r.{name}", comma_is_decimal=comma)
        for name in ("unit_price", "line_amount", "order_amount")
    }
    bench.execute(
        f"""
        CREATE TABLE typed AS
        SELECT r.row, regexp_replace(r.number, '^(\\d+)\\.0$', '\\1') AS number, u.customer,
            regexp_replace(coalesce(r.stock_code, r.description), '^(\\d+)\\.0$', '\\1') AS stock_code,
            coalesce(r.description, '') AS description, d.instant, d.local_text, d.problem AS date_problem,
            {quantity} AS quantity, {money["unit_price"]} AS unit_price, {money["line_amount"]} AS
            line_amount,
            {money["order_amount"]} AS order_amount, c.code AS currency, c.factor,
            coalesce(r.channel, ?) AS channel, coalesce(r.store, '') AS store, coalesce(r.country, '') AS
            country
        FROM raw r
        LEFT JOIN date_text d ON r.placed_at = d.text
        LEFT JOIN customer_text u ON r.customer = u.text
        JOIN currency_text c ON r.currency IS NOT DISTINCT FROM c.text
        """,  # noqa: S608 - our own names
        [question.options.channel],
    )


def _find_faults(bench: "duckdb.DuckDBPyConnection", question: Question) -> None:
    """Fill ``checked``.

    ``typed`` with ``fault`` (reason, field) of the row by itself, its kind, and its amount in minor units.
    """
    options = question.options
    bench.execute(
        f"""
        CREATE TABLE checked AS
        SELECT t.*, {_kind(options.cancellation_prefix, options.adjustment_prefix)} AS kind,
        {_faults(question)} AS fault,
            CASE WHEN abs(t.unit_price) <= {MAX_PRICE} THEN round(t.unit_price::DECIMAL(18, 8) *
            t.factor)::BIGINT END
                AS unit_price_minor,
            {_amount(question)} AS amount_minor
        FROM typed t JOIN raw r USING (row)
        """,  # noqa: S608 - our own names
        {"earliest": datetime(1990, 1, 1), "latest": _naive(question.now + timedelta(days=2))},  # noqa: DTZ001
    )


def _naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


def _kind(cancellation: str, adjustment: str) -> str:
    cases = [
        f"WHEN regexp_full_match(t.number, '{re.escape(prefix).replace(chr(39), chr(39) * 2)}\\d[\\w-]*') THEN '{kind}'"
        for prefix, kind in ((cancellation, "refund"), (adjustment, "adjustment"))
        if prefix
    ]
    return f"CASE {' '.join(cases)} ELSE 'order' END" if cases else "'order'"


def _amount(question: Question) -> str:
    """Return SQL for what the row says it is worth; null when that cannot be read.

    A share of an order's amount comes later.
    """
    if "line_amount" in question.fields:
        value = f"CASE WHEN abs(t.line_amount) <= {MAX_PRICE} THEN round(t.line_amount::DECIMAL(18, 8) * t.factor)::BIGINT END"
        return f"CASE WHEN t.quantity < 0 THEN -abs({value}) ELSE {value} END"
    if "unit_price" in question.fields:
        return (
            f"CASE WHEN abs(t.unit_price) <= {MAX_PRICE} AND abs(t.quantity) <= {MAX_QUANTITY} AND t.quantity = trunc(t.quantity)"
            " THEN round(t.unit_price::DECIMAL(18, 8) * t.quantity::INTEGER * t.factor)::BIGINT END"
        )
    return f"CASE WHEN abs(t.order_amount) <= {MAX_PRICE} THEN round(t.order_amount::DECIMAL(18, 8) * t.factor)::BIGINT END"


def _faults(question: Question) -> str:
    """Return SQL for the first fault of a row by itself, as a struct of reason and field."""
    checks: list[tuple[str, str, str]] = []
    texts = ["number", "customer", "stock_code", "description", "channel", "store", "country"]
    odd = f"regexp_matches(concat_ws(' ', {', '.join(f'r.{name}' for name in texts)}), '{_CONTROL}')"
    checks.append((odd, "unreadable_characters", ""))
    if not question.is_clean:
        checks += [(f"contains(r.{name}, '\ufffd')", "unreadable_characters", name) for name in texts]
    priced = next(name for name in ("line_amount", "unit_price", "order_amount") if name in question.fields)
    for name, column in (("number", "r.number"), ("stock_code", "t.stock_code"), ("placed_at", "r.placed_at"),
        ("quantity", "r.quantity"), (priced, f"r.{priced}")):  # fmt: skip
        if name in question.fields or name == "stock_code":
            checks.append((f"{column} IS NULL", "missing_value", name))
    for name in ("number", "customer"):
        checks.append((f"regexp_full_match(r.{name}, '\\d(\\.\\d+)?[eE]\\+?\\d+')", "digits_lost", name))
    checks += [
        (f"length(r.{name}) > {MAX_KEY}", "too_long", name)
        for name in ("number", "customer", "channel", "store", "country")
    ]
    checks += [
        (f"length(t.stock_code) > {MAX_KEY}", "too_long", "stock_code"),
        (f"length(r.description) > {MAX_TEXT}", "too_long", "description"),
    ]
    checks += [
        ("t.date_problem = 'ambiguous_date'", "ambiguous_date", "placed_at"),
        ("t.date_problem IS NOT NULL OR t.instant IS NULL", "bad_date", "placed_at"),
        ("t.instant NOT BETWEEN $earliest AND $latest", "date_out_of_range", "placed_at"),
    ]
    for name, limit in (("quantity", MAX_QUANTITY), (priced, MAX_PRICE)):
        if name in question.fields:
            checks.append(
                (f"regexp_matches(r.{name}, '^[-+]?\\d{{10,}}|[eE]\\+?\\d{{2}}$')", "out_of_range", name)
            )
            checks.append((f"t.{name} IS NULL", "bad_number", name))
            checks.append((f"abs(t.{name}) > {limit}", "out_of_range", name))
    checks.append(("t.quantity <> trunc(t.quantity)", "not_whole", "quantity"))
    checks.append(("t.currency IS NULL", "unknown_currency", "currency"))
    if "status" in question.fields:
        checks.append((f"regexp_matches(lower(r.status), '{_UNPAID}')", "not_paid", "status"))
    cases = " ".join(
        f"WHEN {test} THEN {{'reason': '{reason}', 'field': '{name}'}}" for test, reason, name in checks
    )
    return f"CASE {cases} END"


def _number_repeats(bench: "duckdb.DuckDBPyConnection") -> None:
    """Fill ``keyed``.

    ``checked`` with the key of what each row says, and which of the equal rows of its order it is.
    """
    bench.execute("""
        CREATE TABLE keyed AS
        SELECT *, row_number() OVER (PARTITION BY number, content_key ORDER BY row) AS occurrence
        FROM (SELECT c.*, md5(concat_ws(chr(31), c.stock_code, c.description, coalesce(c.quantity::VARCHAR,
        r.quantity, ''),
                coalesce(c.unit_price::VARCHAR, r.unit_price, ''), coalesce(c.line_amount::VARCHAR,
                r.line_amount, ''),
                coalesce(c.local_text, r.placed_at, '')))::UUID AS content_key
              FROM checked c JOIN raw r USING (row))
    """)
    for table in ("typed", "checked"):
        bench.execute(f"DROP TABLE {table}")


def _judge_orders(bench: "duckdb.DuckDBPyConnection", question: Question) -> None:
    """Fill ``judged``: what only shows when all rows of an order are seen together."""
    bench.execute("""
        CREATE TABLE order_facts AS
        SELECT number, bool_or(kind = 'order' AND quantity > 0 AND amount_positive) AS is_sale,
            arg_min(customer, row) FILTER (customer IS NOT NULL) AS customer, arg_min(currency, row) AS
            currency
        FROM (SELECT *, coalesce(unit_price > 0, amount_minor > 0) AS amount_positive FROM keyed WHERE fault
        IS NULL)
        GROUP BY number
    """)
    drop = (
        "WHEN k.occurrence > 1 THEN {'reason': 'repeated_line', 'field': ''}" if question.drop_repeats else ""
    )
    bench.execute(f"""
        CREATE TABLE judged AS
        SELECT * EXCLUDE (fault, verdict), verdict.reason AS reason, verdict.field AS field
        FROM (
            SELECT k.* EXCLUDE (unit_price, line_amount, order_amount, factor, local_text, date_problem),
                k.order_amount IS NOT NULL AS has_order_amount,
                coalesce(k.unit_price = 0, k.amount_minor = 0) AS is_gift,
                CASE WHEN k.kind = 'adjustment' THEN {{'reason': 'ledger_adjustment', 'field': 'number'}}
                    WHEN k.fault IS NOT NULL THEN k.fault
                    WHEN k.kind = 'refund' AND k.quantity >= 0 THEN {{'reason': 'not_negative', 'field':
                    'quantity'}}
                    WHEN k.kind = 'order' AND NOT f.is_sale THEN {{'reason': 'stock_movement', 'field': ''}}
                    WHEN coalesce(k.unit_price, k.amount_minor * sign(k.quantity)) < 0
                        THEN {{'reason': 'negative_amount', 'field': '{_money_field(question)}'}}
                    WHEN k.kind = 'order' AND k.quantity < 0 THEN {{'reason': 'negative_quantity', 'field':
                    'quantity'}}
                    WHEN k.quantity = 0 THEN {{'reason': 'zero_quantity', 'field': 'quantity'}}
                    WHEN k.customer <> f.customer THEN {{'reason': 'other_customer', 'field': 'customer'}}
                    WHEN k.currency <> f.currency THEN {{'reason': 'other_currency', 'field': 'currency'}}
                    {drop} END AS verdict
            FROM keyed k LEFT JOIN order_facts f USING (number))
    """)  # noqa: S608 - our own names
    bench.execute("DROP TABLE keyed")


def _money_field(question: Question) -> str:
    return next(name for name in ("line_amount", "unit_price", "order_amount") if name in question.fields)
