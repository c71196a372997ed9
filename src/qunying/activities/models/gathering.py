"""Who comes to a gathering."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id

from .activity import Activity
from .taking_part import Participation


class Registration(models.Model):
    """A member's place at a gathering, or in its waiting list. ``seat``: the unit of the pool that they hold."""

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("gathering", "registered")
        WAITING = "waiting", pgettext_lazy("gathering", "on the waiting list")
        CANCELLED = "cancelled", pgettext_lazy("gathering", "cancelled")
        ATTENDED = "attended", pgettext_lazy("gathering", "attended")
        NO_SHOW = "no_show", pgettext_lazy("gathering", "did not come")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State)
    seat = models.BigIntegerField(null=True)
    code = models.CharField(max_length=8)
    remind = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    promoted_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    admitted_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member"],
                condition=Q(state__in=["registered", "waiting", "attended"]),
                name="registered_once",
            ),
            models.UniqueConstraint(
                fields=["activity", "seat"],
                condition=Q(state__in=["registered", "attended"]),
                name="seat_once",
            ),
            models.UniqueConstraint(fields=["activity", "code"], name="door_code_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "cancelled", "no_show"]) | Q(seat__isnull=False),
                name="registered_with_a_seat",
            ),
        ]
        indexes = [models.Index(fields=["activity", "registered_at", "id"], name="registration_in_order")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.state}"
