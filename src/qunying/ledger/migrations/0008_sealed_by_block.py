"""The index of transactions by their block holds those that have one; every new one was in it for nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_take_units")]
    operations = [
        migrations.RemoveIndex(model_name="transaction", name="transaction_block"),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                fields=["block"], condition=models.Q(block__isnull=False), name="transaction_block"
            ),
        ),
    ]
