"""What a member may not do for a while: speak in one community, or be in any."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id


class Restriction(models.Model):
    """One restriction of one member, in a community or everywhere.

    It hangs on the id under which the member was known when it was set, as history does: merging carries it to the member
    who remains, and undoing the merge brings it back. ``until`` is compared with the present time; nothing has to end it.
    """

    class Kind(models.TextChoices):
        MUTE = "mute", _("muted")
        BAN = "ban", _("kept out")

    class Takes(models.TextChoices):
        SPEAKING = "speaking", _("speaking")
        JOINING = "joining", _("being in communities")
        ACTIVITIES = "activities", _("taking part in activities")
        RANK = "rank", _("standing in rankings")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="restrictions"
    )
    kind = models.CharField(max_length=4, choices=Kind)
    takes = ArrayField(models.CharField(max_length=12, choices=Takes))
    reference = models.CharField(max_length=100)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    set_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=100, blank=True)
    # The stays that a ban ended, so that lifting it brings the member back to where they were.
    ended_stays = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference"], condition=models.Q(lifted_at=None), name="restriction_by_reference"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")),
                name="restriction_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind}"
