"""What the brand has decided for the checkout."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CheckoutPolicy(models.Model):
    """One version of what points pay at the checkout, and how the amounts of orders come in. Rows are added, never changed; the latest holds.

    ``minor_per_hundred`` 0: points pay for nothing. ``scope``: for which products they pay (products, tags, without_products,
    without_tags), all when empty. ``order_amounts``: whether the lines of orders that the shop reports come after our own
    discounts (what was paid in money), or before them.
    """

    class OrderAmounts(models.TextChoices):
        AFTER = "after", _("after our discounts: what was paid in money")
        BEFORE = "before", _("before our discounts, coupons and points")

    number = models.PositiveIntegerField(_("version"), primary_key=True)
    currency = models.CharField(_("currency"), max_length=3)
    minor_per_hundred = models.PositiveBigIntegerField()
    least_minor = models.PositiveBigIntegerField(default=0)
    share_basis_points = models.PositiveIntegerField(default=10_000)
    most_minor = models.PositiveBigIntegerField(null=True)
    scope = models.JSONField(default=dict)
    with_coupons = models.BooleanField(default=True)
    order_amounts = models.CharField(max_length=10, choices=OrderAmounts, default=OrderAmounts.AFTER)
    since = models.DateTimeField()
    written_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share_basis_points__gte=1, share_basis_points__lte=10_000)
                & (Q(most_minor=None) | Q(most_minor__gte=1)),
                name="checkout_policy_bounds",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.number}"
