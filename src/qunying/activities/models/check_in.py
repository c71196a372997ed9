"""Days on which members checked in."""

from django.db import models
from django.db.models import Q

from .activity import Activity


class CheckInDay(models.Model):
    """A day of a member in a check-in.

    ``marks``: the streaks (in days) whose prize was given for this day. ``spend_id``: the points that making it up took.
    """

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    made_up = models.BooleanField(default=False)
    marks = models.JSONField(default=list)
    spend_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member", "day"], name="checked_in_once_a_day"),
            models.UniqueConstraint(
                fields=["spend_id"], condition=Q(spend_id__isnull=False), name="day_made_up_for_points_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} on {self.day}"
