"""Who gets nothing of a campaign, and who gets nothing for a while."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Bar(models.Model):
    """A member who gets nothing of a campaign, written down at its launch and kept for good."""

    class Reason(models.TextChoices):
        HOLDOUT = "holdout", _("held out")

    pk = models.CompositePrimaryKey("campaign_id", "member_id")
    campaign_id = models.UUIDField()
    # No constraint in the database: it would ask once per row, where the action asks once for all of them.
    member = models.ForeignKey(
        "members.Member", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    reason = models.CharField(max_length=10, choices=Reason)
    created_at = models.DateTimeField()
    created_by = models.TextField()

    def __str__(self) -> str:
        return f"{self.member_id}: {self.reason}"


class Suspension(models.Model):
    """A member who gets no rewards for a while. It ends by itself: the time is compared, nothing has to run."""

    id = models.BigAutoField(primary_key=True)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    set_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=Q(lifted_at=None), name="suspension_by_reference"
            )
        ]
        indexes = [models.Index(fields=["until"], condition=Q(lifted_at=None), name="suspension_in_force")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.reference}"
