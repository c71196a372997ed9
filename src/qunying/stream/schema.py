"""The columns of an event wherever it is read: in the lake, in the tail, in tests."""

import pyarrow as pa

INSTANT = pa.timestamp("us", tz="UTC")

EVENT_SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("name", pa.string()),
        pa.field("member_id", pa.string()),
        pa.field("anonymous_id", pa.string()),
        pa.field("occurred_at", INSTANT),
        pa.field("received_at", INSTANT),
        pa.field("community_id", pa.string()),
        pa.field("campaign_id", pa.string()),
        pa.field("content_id", pa.string()),
        pa.field("product", pa.string()),
        pa.field("order_id", pa.string()),
        pa.field("quantity", pa.int64()),
        pa.field("amount", pa.int64()),
        pa.field("currency", pa.string()),
        pa.field("properties", pa.map_(pa.string(), pa.string())),
        pa.field("backfill", pa.bool_()),
    ]
)

IDENTITY_SCHEMA = pa.schema([pa.field("key", pa.string()), pa.field("member_id", pa.string())])

# What PostgreSQL is asked for, column by column in the order of the schema.
COPY_COLUMNS = ", ".join(
    "amount_minor AS amount" if name == "amount" else name for name in EVENT_SCHEMA.names
)
