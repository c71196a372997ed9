"""How files of orders are handed to the merging actions: temporary tables of the session, emptied for each chunk.

Whoever imports fills them by COPY and calls the action; nothing in them outlives the connection.
"""

from django.db import connection

_PLACE = "channel text, store text, country text, currency text, total_minor bigint, units bigint"
_LINE = (
    "ordinal int, product_id bigint, stock_code text, description text, quantity int, unit_price_minor bigint,"
    " amount_minor bigint, is_gift boolean, content_key uuid, occurrence int"
)

# An ordinal ties the lines of a chunk to their order; amounts and quantities of refunds are positive here.
STAGED_TABLES = {
    "staged_product": "code text, title text, first_sold_at timestamptz, last_sold_at timestamptz",
    "staged_order": f"ordinal int, number text, member_id uuid, placed_at timestamptz, {_PLACE}",
    "staged_order_line": _LINE,
    "staged_refund": f"ordinal int, number text, member_id uuid, placed_at timestamptz, {_PLACE}",
    "staged_refund_line": _LINE,
    "merging_order": "ordinal int, order_id uuid, is_new boolean, member_id uuid, placed_at timestamptz, channel text,"
    " store text, country text, currency text",
    "merging_refund": "ordinal int, refund_id uuid, is_new boolean, member_id uuid, placed_at timestamptz,"
    " channel text, store text, country text, currency text",
}


def open_staging() -> None:
    """Make the temporary tables of this session, or empty them."""
    with connection.cursor() as cursor:
        for name, columns in STAGED_TABLES.items():
            cursor.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns})")
        cursor.execute(f"TRUNCATE {', '.join(STAGED_TABLES)}")
