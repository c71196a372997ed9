"""Points that members are given."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PointsGrant(models.Model):
    """Points given to a member; they are pending until they mature."""

    class State(models.TextChoices):
        PENDING = "pending", _("pending")
        AVAILABLE = "available", _("available")
        TAKEN_BACK = "taken_back", _("taken back")

    id = models.UUIDField(primary_key=True, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT)
    amount = models.BigIntegerField()
    reason = models.TextField()
    campaign_id = models.UUIDField(null=True)
    order_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State)
    granted_at = models.DateTimeField()
    matures_at = models.DateTimeField(null=True)
    valid_days = models.PositiveIntegerField(null=True)
    transaction_id = models.UUIDField()
    matured_by = models.UUIDField(null=True)
    taken_back = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, taken_back__gte=0, taken_back__lte=models.F("amount")),
                name="points_amount",
            )
        ]
        indexes = [models.Index(fields=["matures_at"], condition=Q(state="pending"), name="points_due")]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"

    @property
    def left(self) -> int:
        """How many of the points have not been taken back."""
        return self.amount - self.taken_back


class PointsWorth(models.Model):
    """What the brand reckons a thousand points to be worth. Rows are added; the latest holds."""

    id = models.BigAutoField(primary_key=True)
    minor_per_thousand = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    stated_at = models.DateTimeField()
    stated_by = models.TextField()

    def __str__(self) -> str:
        return f"{self.minor_per_thousand} {self.currency}"
