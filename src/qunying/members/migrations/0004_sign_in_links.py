from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0003_data_requests")]

    operations = [
        migrations.CreateModel(
            name="SignInLinkUse",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("used_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="membersession",
            name="is_proved",
            field=models.BooleanField(db_default=True, default=True),
        ),
    ]
