"""Goods that members win stand in the queue of everything that is sent; those that waited here move there."""

from django.db import migrations, models

_MOVE = """
INSERT INTO fulfilment_fulfilment (source, source_id, member_id, title, quantity, occasion, state, way, sealed_address,
    consent, sealed_code, code_fingerprint, carrier, tracking, note, requested_at, due_at, sent_at)
SELECT 'activities', w.id, w.member_id, w.name, greatest(w.amount, 1), a.title, w.state,
    CASE w.state WHEN 'sent' THEN 'post' ELSE '' END, '', '', '', '', '', left(w.tracking, 60), '', w.won_at,
    a.claim_until, CASE w.state WHEN 'sent' THEN coalesce(w.done_at, w.won_at) END
FROM activities_award w JOIN activities_activity a ON a.id = w.activity_id WHERE w.state IN ('to_send', 'sent');
UPDATE activities_award SET state = 'queued' WHERE state IN ('to_send', 'sent');
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0002_check_in_days"),
        ("fulfilment", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveIndex(model_name="award", name="award_to_send"),
        migrations.RemoveField(model_name="award", name="tracking"),
        migrations.AlterField(
            model_name="award",
            name="state",
            field=models.CharField(
                choices=[("given", "given"), ("owed", "still owed"), ("queued", "passed on to sending")],
                max_length=10,
            ),
        ),
    ]
