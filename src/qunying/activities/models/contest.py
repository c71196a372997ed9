"""Works that compete, the votes for them and what a jury gave."""

from django.db import models
from django.db.models import Q

from qunying.kernel.ids import new_id

from .activity import Activity


class ContestWork(models.Model):
    """A submission that its member entered into a contest. ``rank``: its place at the end, among those that could win."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    submission = models.ForeignKey("content.Submission", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(blank=True)
    reason = models.CharField(max_length=200, blank=True)
    rank = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "submission"], name="work_enters_once"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(reason=""), name="work_removed_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} in {self.activity_id}"


class ContestVote(models.Model):
    """A member's vote for a work: which of theirs on which day of the brand.

    Of device and network only keyed hashes are kept. One that is not counted was set aside, see ``vote_signs``.
    """

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    work = models.ForeignKey(ContestWork, on_delete=models.PROTECT, related_name="votes", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    device = models.CharField(max_length=32, default="", db_default="", blank=True)
    network = models.CharField(max_length=32, default="", db_default="", blank=True)
    is_counted = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "member", "day", "number"], name="vote_once"),
            models.UniqueConstraint(fields=["work", "member", "day"], name="vote_for_a_work_once_a_day"),
        ]
        indexes = [
            models.Index(fields=["work", "device"], condition=~models.Q(device=""), name="vote_device"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} for {self.work_id}"


class ContestScore(models.Model):
    """What one of the jury gave a work, 0 to 100."""

    id = models.BigAutoField(primary_key=True)
    work = models.ForeignKey(ContestWork, on_delete=models.PROTECT, related_name="scores", db_index=False)
    juror = models.TextField()
    points = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "juror"], name="juror_scores_once"),
            models.CheckConstraint(condition=Q(points__lte=100), name="score_range"),
        ]

    def __str__(self) -> str:
        return f"{self.points} for {self.work_id}"
