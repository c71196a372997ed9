from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("rewards", "0015_leftover_of_rounds"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderoffer",
            name="gift_returned",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveConstraint(
            model_name="orderoffer",
            name="order_offer_given_back",
        ),
        migrations.AddConstraint(
            model_name="orderoffer",
            constraint=models.CheckConstraint(
                condition=Q(
                    given_back_minor__gte=0,
                    given_back_minor__lte=F("off_minor")
                    + F("off_shipping_minor")
                    + F("gift_quantity") * F("gift_worth_minor"),
                ),
                name="order_offer_given_back",
            ),
        ),
    ]
