"""The products of a file become known, under the titles seen last."""

from datetime import datetime

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

_UPSERT = """
    INSERT INTO shop_product AS known (code, title, first_sold_at, last_sold_at)
    SELECT code, title, first_sold_at, last_sold_at FROM staged_product ORDER BY code
    ON CONFLICT (code) DO UPDATE SET
        title = CASE WHEN excluded.title <> '' AND excluded.last_sold_at > known.last_sold_at
            THEN excluded.title ELSE known.title END,
        first_sold_at = least(known.first_sold_at, excluded.first_sold_at),
        last_sold_at = greatest(known.last_sold_at, excluded.last_sold_at)
    WHERE excluded.first_sold_at < known.first_sold_at OR excluded.last_sold_at > known.last_sold_at
"""


@action
def merge_products(*, command_id: str, actor: Actor, now: datetime) -> int:
    """Take the products of ``staged_product`` into the catalogue.

    Returns:
        How many were new or changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT)
        return int(cursor.rowcount)
