"""The partitioned event table: Django has no words for partitions, so the table itself is written in SQL."""

from django.db import migrations, models

CREATE = """
CREATE SEQUENCE stream_event_position;
CREATE TABLE stream_event (
    id uuid NOT NULL,
    source text NOT NULL,
    source_event_id text NOT NULL,
    name text NOT NULL,
    member_id uuid,
    anonymous_id uuid,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    community_id uuid,
    campaign_id uuid,
    content_id uuid,
    product text,
    order_id uuid,
    quantity bigint,
    amount_minor bigint,
    currency text,
    properties jsonb NOT NULL DEFAULT '{}',
    backfill boolean NOT NULL DEFAULT false,
    transaction bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
    position bigint NOT NULL DEFAULT nextval('stream_event_position'),
    CONSTRAINT stream_event_real_time CHECK (isfinite(occurred_at) AND isfinite(received_at))
) PARTITION BY RANGE (received_at);
CREATE TABLE stream_event_rest PARTITION OF stream_event DEFAULT;
CREATE INDEX stream_event_order ON stream_event (transaction, position);
CREATE INDEX stream_event_member ON stream_event (member_id, occurred_at DESC, id DESC)
    WHERE member_id IS NOT NULL;
CREATE INDEX stream_event_anonymous ON stream_event (anonymous_id, occurred_at DESC, id DESC)
    WHERE member_id IS NULL AND anonymous_id IS NOT NULL;

CREATE FUNCTION stream_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never rewritten';
END $$;
CREATE TRIGGER stream_event_append_only BEFORE UPDATE OR DELETE ON stream_event
    FOR EACH ROW EXECUTE FUNCTION stream_refuse_rewrite();
"""

DROP = """
DROP TABLE stream_event;
DROP SEQUENCE stream_event_position;
DROP FUNCTION stream_refuse_rewrite();
"""

STATE = migrations.CreateModel(
    name="Event",
    fields=[
        ("id", models.UUIDField(primary_key=True, serialize=False)),
        ("source", models.TextField()),
        ("source_event_id", models.TextField()),
        ("name", models.TextField()),
        ("member_id", models.UUIDField(null=True)),
        ("anonymous_id", models.UUIDField(null=True)),
        ("occurred_at", models.DateTimeField()),
        ("received_at", models.DateTimeField()),
        ("community_id", models.UUIDField(null=True)),
        ("campaign_id", models.UUIDField(null=True)),
        ("content_id", models.UUIDField(null=True)),
        ("product", models.TextField(null=True)),
        ("order_id", models.UUIDField(null=True)),
        ("quantity", models.BigIntegerField(null=True)),
        ("amount_minor", models.BigIntegerField(null=True)),
        ("currency", models.TextField(null=True)),
        ("properties", models.JSONField(default=dict)),
        ("backfill", models.BooleanField(default=False)),
        ("transaction", models.BigIntegerField(editable=False)),
        ("position", models.BigIntegerField(editable=False)),
    ],
    options={"db_table": "stream_event"},
)


class Migration(migrations.Migration):
    dependencies = [("stream", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, DROP)], state_operations=[STATE]
        )
    ]
