"""In which currencies the orders in the books are."""

from django.db import connection


def list_known_currencies(source: str, besides: str | None = None) -> dict[str, str]:
    """Return number → currency of a source's orders and refunds.

    Args:
        source: whose order numbers these are.
        besides: leave out those in this currency, mostly nearly all.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, currency FROM shop_order WHERE source = %s AND currency <> %s"
            " UNION ALL SELECT number, currency FROM shop_refund WHERE source = %s AND currency <> %s",
            [source, besides or ""] * 2,
        )
        return dict(cursor.fetchall())
