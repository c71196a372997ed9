"""Games of pairs that members play."""

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from .activity import Activity
from .taking_part import Participation


class PairsPlay(models.Model):
    """A member's game of pairs. ``turned``: the cards they turned (from 1), one after the other; each two are a move.

    Its cards are nowhere stored: they follow from the activity's secret and the serial of the participation.
    """

    class State(models.TextChoices):
        PLAYING = "playing", pgettext_lazy("game", "being played")
        FINISHED = "finished", pgettext_lazy("game", "finished")
        LOST = "lost", pgettext_lazy("game", "not finished")

    participation = models.OneToOneField(
        Participation, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    turned = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.PLAYING)
    begun_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member"], condition=Q(state="playing"), name="one_game_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="playing", ended_at=None) | ~Q(state="playing") & Q(ended_at__isnull=False),
                name="game_ended_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["activity", "-begun_at"], name="game_latest")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.state}"
