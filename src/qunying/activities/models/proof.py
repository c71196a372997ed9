"""What is published of an activity that chance decides."""

from django.db import models

from .activity import Activity


class Ticket(models.Model):
    """A ticket of a draw as frozen at its close, and whose it was then."""

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.CharField(max_length=50)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "entry"], name="ticket_once")]

    def __str__(self) -> str:
        return self.entry


class Proof(models.Model):
    """What is published of a closed activity: the closing statement at once, the whole when it is settled."""

    activity = models.OneToOneField(
        Activity, primary_key=True, on_delete=models.PROTECT, related_name="proof"
    )
    closing = models.JSONField(null=True)
    bundle = models.JSONField(null=True)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"proof of {self.activity_id}"
