from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray


@dataclass(frozen=True)
class Outcomes:
    """Real members who had ordered before the split: orders and sales (pence), before and in the 90 days
    after.
    """

    orders_before: NDArray[np.int64]
    orders_after: NDArray[np.int64]
    sales_before: NDArray[np.int64]
    sales_after: NDArray[np.int64]


@pytest.fixture(scope="session")
def online_retail(shared_data: Path) -> duckdb.DuckDBPyConnection:
    """The real order export as table `line`, all text as text and the rest typed."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    connection.execute(
        """
        CREATE TABLE line AS
        SELECT invoice_no, customer_id, invoice_date, quantity, unit_price,
            round(quantity * unit_price * 100)::BIGINT AS amount
        FROM read_csv($file, types={'invoice_no': 'VARCHAR', 'customer_id': 'VARCHAR'})
        """,
        {"file": str(shared_data / "online_retail" / "online_retail.csv.gz")},
    )
    return connection


@pytest.fixture(scope="session")
def real_outcomes(online_retail: duckdb.DuckDBPyConnection) -> Outcomes:
    """Split on 2011-09-10, the last day with 90 days of orders after it; gross of later cancellations."""
    columns = online_retail.execute(
        """
        WITH orders AS (
            SELECT invoice_no, customer_id, min(invoice_date) < '2011-09-10' AS earlier, sum(amount) AS amount
            FROM line
            WHERE customer_id IS NOT NULL AND quantity > 0 AND unit_price > 0
                AND left(invoice_no, 1) NOT IN ('C', 'A') AND invoice_date < '2011-12-09'
            GROUP BY invoice_no, customer_id)
        SELECT customer_id,
            count(*) FILTER (earlier) AS orders_before,
            count(*) FILTER (NOT earlier) AS orders_after,
            (sum(amount) FILTER (earlier))::BIGINT AS sales_before,
            coalesce(sum(amount) FILTER (NOT earlier), 0)::BIGINT AS sales_after
        FROM orders GROUP BY customer_id HAVING orders_before > 0 ORDER BY customer_id
        """
    ).fetchnumpy()
    return Outcomes(*(np.asarray(columns[name], np.int64) for name in Outcomes.__dataclass_fields__))
