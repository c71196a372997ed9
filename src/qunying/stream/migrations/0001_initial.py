from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("reader", models.TextField(primary_key=True, serialize=False)),
                ("transaction", models.BigIntegerField(default=0)),
                ("position", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="EventKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "source",
                        "source_event_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.TextField()),
                ("source_event_id", models.TextField()),
                ("body_hash", models.TextField()),
                ("received_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="ReactionRun",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reaction", "event_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reaction", models.TextField()),
                ("event_id", models.UUIDField()),
                ("transaction", models.BigIntegerField()),
                ("position", models.BigIntegerField()),
                ("ran_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=1)),
                ("failure", models.TextField(blank=True)),
                ("retry_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("retry_at__isnull", False)),
                        fields=["retry_at"],
                        name="reaction_retry",
                    ),
                    models.Index(fields=["ran_at"], name="reaction_ran"),
                ],
            },
        ),
    ]
