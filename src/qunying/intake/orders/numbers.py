"""From number texts to exact decimals.

Currency signs, thousands, and one decision per column about the decimal mark.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from babel.core import get_global

from qunying.intake.orders.workbench import first_row
from qunying.kernel.money import minor_digits

if TYPE_CHECKING:
    import duckdb

MAX_QUANTITY = 10_000_000
MAX_PRICE = 1_000_000_000
_SPELLINGS = {
    "RMB": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "￥": "CNY",
    "¥": "CNY",
    "CNH": "CNY",
    "$": "USD",
    "美元": "USD",
    "€": "EUR",
    "欧元": "EUR",
    "£": "GBP",
    "英镑": "GBP",
    "港币": "HKD",
    "港元": "HKD",
    "日元": "JPY",
    "新台币": "TWD",
    "韩元": "KRW",
}
_PLAIN = r"[-+]?\d{1,15}(\.\d+)?"
_SIGNS = "[¥￥$£€元\\s\u00a0'']|^(RMB|CNY|USD|GBP|EUR)|(RMB|CNY|USD|GBP|EUR)$"
_WIDE = "translate({}, '０１２３４５６７８９．，－＋', '0123456789.,-+')"


def read_number(column: str, *, comma_is_decimal: bool) -> str:
    """Return SQL that turns a text column into DECIMAL(24, 8), null when it is no number.

    ``(12.50)`` is negative.
    """
    bare = f"regexp_replace({_WIDE.format(column)}, '{_SIGNS}', '', 'g')"
    signed = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    if comma_is_decimal:
        pattern, text = (
            r"[-+]?(\d{1,3}(\.\d{3})+|\d{1,15})(,\d+)?",
            f"replace(replace({signed}, '.', ''), ',', '.')",
        )
    else:
        pattern, text = r"[-+]?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d+)?", f"replace({signed}, ',', '')"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL"
        + (
            ""
            if comma_is_decimal
            else f" WHEN regexp_full_match({column}, '{_PLAIN}') THEN try_cast({column} AS DECIMAL(24, 8))"
        )
        + f" WHEN regexp_full_match({signed}, '{pattern}') THEN try_cast({text} AS DECIMAL(24, 8)) END"
    )


def comma_is_decimal(bench: "duckdb.DuckDBPyConnection", columns: Sequence[str]) -> bool:
    """Tell whether these columns of ``raw`` write 2,55 for what others write 2.55.

    Some do, and none has a decimal point.
    """
    texts = " UNION ALL ".join(f"SELECT {column} AS text FROM raw" for column in columns)  # noqa: S608 - our own names
    found = first_row(
        bench,
        "SELECT count(*) FILTER (regexp_matches(text, '^[^,]*\\d,(\\d{1,2}|\\d{4,})\\D*$')),"  # noqa: S608
        f" count(*) FILTER (regexp_matches(text, '\\.\\d{{1,2}}\\D*$')) FROM ({texts})",
    )
    return bool(found[0] > 0 and found[1] == 0)


def load_currencies(bench: "duckdb.DuckDBPyConnection", default: str) -> None:
    """Fill ``currency_text`` (text, code, factor) for the currency texts of ``raw``; an unknown one has no code.

    ``factor`` is how many minor units make one unit. A row without a text has the default currency.
    """
    texts = [text for (text,) in bench.execute("SELECT DISTINCT currency FROM raw LIMIT 10000").fetchall()]
    known = get_global("all_currencies")
    rows = []
    for text in texts:
        code = default if text is None else _SPELLINGS.get(text.upper(), text.upper())
        rows.append((text, code if code in known else None, 10 ** minor_digits(code) if code in known else 1))
    bench.execute("CREATE TABLE currency_text (text VARCHAR, code VARCHAR, factor SMALLINT)")
    bench.executemany("INSERT INTO currency_text VALUES (?, ?, ?)", rows)
