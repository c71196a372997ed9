from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0003_reasons_for_hiding"),
    ]

    operations = [
        migrations.AddField(
            model_name="posthiding",
            name="was_answer",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
