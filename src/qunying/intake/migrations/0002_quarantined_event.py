from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuarantinedEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("source", models.TextField(verbose_name="source")),
                ("body", models.TextField(verbose_name="body")),
                ("body_hash", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=30, verbose_name="reason")),
                ("detail", models.TextField(blank=True, verbose_name="detail")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("reported_by", models.TextField(verbose_name="reported by")),
                ("resolved_at", models.DateTimeField(null=True, verbose_name="resolved at")),
                ("outcome", models.CharField(blank=True, db_default="", max_length=10)),
            ],
            options={
                "verbose_name": "quarantined event",
                "verbose_name_plural": "quarantined events",
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["reason", "id"],
                        name="quarantine_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "body_hash"), name="quarantined_once")
                ],
            },
        ),
    ]
