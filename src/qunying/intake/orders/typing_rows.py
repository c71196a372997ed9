"""Typing: beside the texts of each row come their values, its kind, its worth, and the first fault of the row by itself."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qunying.intake.orders.mapping import OWN_SHOP
from qunying.intake.orders.numbers import MAX_PRICE, MAX_QUANTITY, read_number
from qunying.intake.orders.question import Question

if TYPE_CHECKING:
    import duckdb

MAX_KEY = 200
MAX_TEXT = 2_000
_EARLIEST = datetime(1990, 1, 1)  # noqa: DTZ001 - instants on the workbench are UTC without saying so
_UNPAID = "等待.*付款|待付款|未付款|待支付|未支付|关闭|取消|unpaid|pending payment|cancell?ed|closed|voided"
_CONTROL = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"
_TEXTS = ("number", "customer", "stock_code", "description", "channel", "store", "country")


def load_customers(bench: "duckdb.DuckDBPyConnection", source: str) -> None:
    """Fill ``customer_text`` (text, customer): one spelling per customer.

    Masked names (张**) stand for nobody in particular. Customers of other sources than the own shop carry its name.
    """
    prefix = "" if source == OWN_SHOP else f"{source}:"
    bench.execute(
        "CREATE TABLE customer_text AS SELECT text,"
        " CASE WHEN contains(text, '*') THEN NULL"
        " ELSE ? || regexp_replace(text, '^(\\d+)\\.0$', '\\1') END AS customer"
        " FROM (SELECT DISTINCT customer AS text FROM raw WHERE customer IS NOT NULL)",
        [prefix],
    )
    wide = bench.execute(
        "SELECT text, customer FROM customer_text WHERE regexp_matches(customer, '[^\\x20-\\x7e]')"
    ).fetchall()
    spelt = [(unicodedata.normalize("NFKC", customer).strip(), customer, text) for text, customer in wide]
    changed = [(after, text) for after, before, text in spelt if after and after != before]
    if changed:
        bench.execute("CREATE TABLE customer_spelling (customer VARCHAR, text VARCHAR)")
        bench.executemany("INSERT INTO customer_spelling VALUES (?, ?)", changed)
        bench.execute(
            "UPDATE customer_text SET customer = s.customer FROM customer_spelling s"
            " WHERE s.text = customer_text.text"
        )


def type_rows(bench: "duckdb.DuckDBPyConnection", question: Question, *, comma_is_decimal: bool) -> None:
    """Fill ``typed`` (values of each row) and from it ``checked``, which has ``kind``, ``fault`` and ``amount_minor`` as well.

    ``fault`` is a struct of reason and field. ``amount_minor`` is null where it cannot be read, and missing yet where
    only the whole order has an amount.
    """
    numbers = {
        name: read_number(f"r.{name}", comma_is_decimal=comma_is_decimal)
        for name in ("quantity", "unit_price", "line_amount", "order_amount")
    }
    if "quantity" not in question.fields:
        numbers["quantity"] = "1::DECIMAL(24, 8)"
    values = ", ".join(f"{number} AS {name}" for name, number in numbers.items())
    bench.execute(
        f"""
        CREATE TABLE typed AS
        SELECT r.row, regexp_replace(r.number, '^(\\d+)\\.0$', '\\1') AS number, u.customer,
            regexp_replace(coalesce(r.stock_code, r.description), '^(\\d+)\\.0$', '\\1') AS stock_code,
            coalesce(r.description, '') AS description, d.instant, d.local_text, d.problem AS date_problem,
            {values}, c.code AS currency, c.factor,
            coalesce(r.channel, ?) AS channel, coalesce(r.store, '') AS store, coalesce(r.country, '') AS country
        FROM raw r
        LEFT JOIN date_text d ON r.placed_at = d.text
        LEFT JOIN customer_text u ON r.customer = u.text
        JOIN currency_text c ON r.currency IS NOT DISTINCT FROM c.text
        """,  # noqa: S608 - our own names
        [question.options.channel],
    )
    bench.execute(
        f"""
        CREATE TABLE checked AS
        SELECT t.*, {_kind(question)} AS kind, {_faults(question)} AS fault,
            {_minor("t.unit_price")} AS unit_price_minor, {_worth(question)} AS amount_minor
        FROM typed t JOIN raw r USING (row)
        """,  # noqa: S608 - our own names
        {"earliest": _EARLIEST, "latest": question.now.replace(tzinfo=None) + timedelta(days=2)},
    )
    bench.execute("DROP TABLE typed")


def _kind(question: Question) -> str:
    prefixes = {
        "refund": question.options.cancellation_prefix,
        "adjustment": question.options.adjustment_prefix,
    }
    cases = [
        f"WHEN regexp_full_match(t.number, '{_quoted(re.escape(prefix))}\\d[\\w-]*') THEN '{kind}'"
        for kind, prefix in prefixes.items()
        if prefix
    ]
    return f"CASE {' '.join(cases)} ELSE 'order' END" if cases else "'order'"


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _minor(amount: str, times: str = "1") -> str:
    """Return SQL for an amount in minor units, halves away from zero; null when it is out of range."""
    product = f"{amount}::DECIMAL(18, 8) * {times} * t.factor"
    return f"CASE WHEN abs({amount}) <= {MAX_PRICE} THEN round({product})::BIGINT END"


def _worth(question: Question) -> str:
    """Return SQL for what a row says it is worth; of an order's amount it is the whole, to be shared later."""
    if question.money_field == "unit_price":
        is_quantity = f"abs(t.quantity) <= {MAX_QUANTITY} AND t.quantity = trunc(t.quantity)"
        return f"CASE WHEN {is_quantity} THEN {_minor('t.unit_price', 't.quantity::INTEGER')} END"
    amount = _minor(f"t.{question.money_field}")
    return f"CASE WHEN t.quantity < 0 THEN -abs({amount}) ELSE {amount} END"


def _faults(question: Question) -> str:
    """Return SQL for the first fault of a row by itself, as a struct of reason and field."""
    checks = [*_text_checks(question), *_missing_checks(question), *_date_checks(), *_number_checks(question)]
    checks.append(("t.currency IS NULL", "unknown_currency", "currency"))
    if "status" in question.fields:
        checks.append((f"regexp_matches(lower(r.status), '{_UNPAID}')", "not_paid", "status"))
    cases = " ".join(
        f"WHEN {test} THEN {{'reason': '{reason}', 'field': '{name}'}}" for test, reason, name in checks
    )
    return f"CASE {cases} END"


type _Check = tuple[str, str, str]


def _text_checks(question: Question) -> list[_Check]:
    all_texts = f"concat_ws(' ', {', '.join(f'r.{name}' for name in _TEXTS)})"
    checks = [(f"regexp_matches({all_texts}, '{_CONTROL}')", "unreadable_characters", "")]
    if not question.is_clean:
        checks += [(f"contains(r.{name}, '\ufffd')", "unreadable_characters", name) for name in _TEXTS]
    checks += [
        (f"length(r.{name}) > {MAX_KEY}", "too_long", name)
        for name in ("number", "customer", "channel", "store", "country")
    ]
    return [
        *checks,
        (f"length(t.stock_code) > {MAX_KEY}", "too_long", "stock_code"),
        (f"length(r.description) > {MAX_TEXT}", "too_long", "description"),
    ]


def _missing_checks(question: Question) -> list[_Check]:
    columns = {"number": "r.number", "stock_code": "t.stock_code", "placed_at": "r.placed_at"}
    if "quantity" in question.fields:
        columns["quantity"] = "r.quantity"
    if question.money_field != "order_amount":  # an order's amount may stand in one of its rows only
        columns[question.money_field] = f"r.{question.money_field}"
    checks = [(f"{column} IS NULL", "missing_value", name) for name, column in columns.items()]
    lost = "regexp_full_match(r.{}, '\\d(\\.\\d+)?[eE]\\+?\\d+')"
    return [*checks, *((lost.format(name), "digits_lost", name) for name in ("number", "customer"))]


def _date_checks() -> list[_Check]:
    return [
        ("t.date_problem = 'ambiguous_date'", "ambiguous_date", "placed_at"),
        ("t.date_problem IS NOT NULL OR t.instant IS NULL", "bad_date", "placed_at"),
        ("t.instant NOT BETWEEN $earliest AND $latest", "date_out_of_range", "placed_at"),
    ]


def _number_checks(question: Question) -> list[_Check]:
    checks: list[_Check] = []
    limits = {
        "quantity": MAX_QUANTITY,
        "unit_price": MAX_PRICE,
        "line_amount": MAX_PRICE,
        "order_amount": MAX_PRICE,
    }
    for name, limit in limits.items():
        if name in question.fields:
            huge = f"regexp_matches(r.{name}, '^[-+]?\\d{{10,}}|[eE]\\+?\\d{{2}}$')"
            checks.append((huge, "out_of_range", name))
            checks.append((f"r.{name} IS NOT NULL AND t.{name} IS NULL", "bad_number", name))
            checks.append((f"abs(t.{name}) > {limit}", "out_of_range", name))
    return [*checks, ("t.quantity <> trunc(t.quantity)", "not_whole", "quantity")]
