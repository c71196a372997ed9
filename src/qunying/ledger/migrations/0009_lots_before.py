"""Lots know which lot their units were in before, and how many of them have expired."""

import django.db.models.deletion
from django.db import migrations, models

# What was taken back from what has expired counts against the lots of the transaction that was reversed, one after the other.
COUNT_EXPIRED = """
WITH expired AS (
    SELECT l.id, l.source_id, -sum(p.amount) AS units FROM ledger_lot l
    JOIN ledger_posting p ON p.lot_id = l.id JOIN ledger_transaction t ON t.id = p.transaction_id AND t.kind = 'lot_expired'
    GROUP BY l.id
), taken AS (
    SELECT t.reverses_id, -sum(p.amount) AS units FROM ledger_posting p
    JOIN ledger_account a ON a.id = p.account_id AND a.purpose = 'breakage' AND a.owner_kind = 'brand'
    JOIN ledger_transaction t ON t.id = p.transaction_id WHERE t.reverses_id IN (SELECT source_id FROM expired)
    GROUP BY t.reverses_id
), before AS (
    SELECT expired.*, coalesce(taken.units, 0) - coalesce(sum(expired.units) OVER (PARTITION BY source_id ORDER BY id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS still_taken
    FROM expired LEFT JOIN taken ON taken.reverses_id = expired.source_id
)
UPDATE ledger_lot l SET expired = before.units - least(before.units, greatest(before.still_taken, 0))
FROM before WHERE l.id = before.id;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_sealed_by_block")]
    operations = [
        migrations.AddField(
            model_name="lot",
            name="origin",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="ledger.lot",
            ),
        ),
        migrations.AddField(
            model_name="lot", name="expired", field=models.BigIntegerField(default=0, db_default=0)
        ),
        migrations.RunSQL(COUNT_EXPIRED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="lot",
            constraint=models.CheckConstraint(condition=models.Q(("expired__gte", 0)), name="lot_expired"),
        ),
        migrations.AddIndex(
            model_name="lot",
            index=models.Index(
                fields=["origin"], condition=models.Q(origin__isnull=False), name="lot_origin"
            ),
        ),
    ]
