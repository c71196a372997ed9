"""How what was guessed at has ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .activity import Activity


class Outcome(models.Model):
    """The outcome as one person entered it and another one confirmed it. An empty answer: it was called off."""

    activity = models.OneToOneField(Activity, primary_key=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("outcome"), max_length=12, blank=True)
    source = models.CharField(_("source"), max_length=60)
    evidence = models.CharField(_("where it can be read"), max_length=300)
    stated_by = models.TextField()
    stated_at = models.DateTimeField()
    confirmed_by = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.answer}"
