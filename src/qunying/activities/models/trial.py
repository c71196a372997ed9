"""Reports of those who were chosen to try a product."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id

from .activity import Activity
from .taking_part import Award


class TrialReport(models.Model):
    """What somebody reports of a product that they were given to try, and what staff said to it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("report", "to be read")
        ACCEPTED = "accepted", pgettext_lazy("report", "accepted")
        RETURNED = "returned", pgettext_lazy("report", "sent back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="report")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    written_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    read_by = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)
    grant_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state="waiting") | ~Q(read_by=""), name="trial_report_read_by")
        ]
        indexes = [models.Index(fields=["activity", "-written_at", "-id"], name="trial_report_latest")]

    def __str__(self) -> str:
        return f"{self.state} {self.written_at}"
