"""How far the messages of communities have been screened."""

from django.db import models
from django.db.models import Q


class ScreeningProgress(models.Model):
    """One row: the position, in the order of arrival, behind the last message that was screened."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    transaction = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="screening_progress_once")]

    def __str__(self) -> str:
        return f"{self.transaction}:{self.position}"
