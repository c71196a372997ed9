from django.db import migrations

# What somebody said may be emptied when they are erased; nothing else of an event ever changes.
FORGETTING = """
CREATE OR REPLACE FUNCTION stream_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('stream.forgetting', true) = 'on' AND NEW.properties = '{}'::jsonb
        AND (to_jsonb(NEW) - 'properties') = (to_jsonb(OLD) - 'properties') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events are never rewritten';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION stream_refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never rewritten';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("stream", "0002_event_table")]
    operations = [migrations.RunSQL(FORGETTING, BEFORE)]
