"""Who comes to a live session, the watchwords that were announced in it and who said them, where it can be seen again."""

from django.db import models
from django.db.models import F, Q

from qunying.kernel.ids import new_id

from .activity import Activity
from .taking_part import Award, Participation


class LiveBooking(models.Model):
    """A member's booking of a live session. ``came_at``: when they first went into the room through their page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="+")
    remind = models.BooleanField(default=False)
    booked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member"], condition=Q(cancelled_at=None), name="live_booked_once"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(came_at=None), name="live_cancelled_or_came"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} at {self.activity_id}"


class LiveWord(models.Model):
    """A watchword that staff announced: from when until when saying it counts. Which word it is stands sealed in the rules."""

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=12)
    announced_at = models.DateTimeField()
    until = models.DateTimeField()
    announced_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "key"], name="live_word_announced_once"),
            models.CheckConstraint(condition=Q(until__gt=F("announced_at")), name="live_word_has_time"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.activity_id}"


class LiveAnswer(models.Model):
    """What a member said while a word was on air: whether it was right, and what it won. A wrong one is not kept, only that it was."""

    id = models.BigAutoField(primary_key=True)
    word = models.ForeignKey(LiveWord, on_delete=models.PROTECT, related_name="answers", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField()
    award = models.OneToOneField(Award, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word", "member"], condition=Q(is_right=True), name="live_word_said_once"
            ),
            models.CheckConstraint(
                condition=Q(award=None) | Q(is_right=True), name="live_right_before_prize"
            ),
        ]
        indexes = [models.Index(fields=["word", "is_right"], name="live_answer_of_word")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.word_id}"


class LiveReplay(models.Model):
    """Where a live session that is over can be seen again."""

    activity = models.OneToOneField(Activity, primary_key=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500)
    set_at = models.DateTimeField()
    set_by = models.TextField()

    def __str__(self) -> str:
        return self.address
