"""Crises: plans for each kind, what was done, and what was learnt."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class CrisisKind(models.TextChoices):
    """What sort of crisis it is."""

    DISPUTE = "dispute", _("dispute between members")
    ATTACK = "attack", _("malicious attack")
    RUMOUR = "rumour", _("rumour")
    FAULT = "fault", _("technical fault")


@pghistory.track()
class CrisisPlan(models.Model):
    """What is done about crises of a kind. Without own steps and texts, those that are shipped hold."""

    kind = models.CharField(_("kind"), max_length=10, choices=CrisisKind, primary_key=True)
    own_steps = models.JSONField(default=list)
    own_texts = models.JSONField(default=list)
    contacts = models.TextField(_("contacts"), blank=True)
    person = models.ForeignKey(
        "accounts.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("crisis plan")
        verbose_name_plural = _("crisis plans")

    def __str__(self) -> str:
        return self.get_kind_display()


class Crisis(models.Model):
    """One crisis, from its opening to its lesson."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("crisis", "open")
        CLOSED = "closed", pgettext_lazy("crisis", "closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=CrisisKind)
    title = models.CharField(_("in one line"), max_length=100)
    description = models.TextField(_("what happened"), blank=True)
    community = models.ForeignKey(
        "communities.Community",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community"),
    )
    person = models.ForeignKey(
        "accounts.User",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    contacts = models.TextField(_("contacts"), blank=True)
    texts = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("crisis opened at"))
    opened_by = models.CharField(max_length=100)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.CharField(max_length=100, blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    lesson = models.TextField(_("what was learnt"), blank=True)

    class Meta:
        verbose_name = _("crisis")
        verbose_name_plural = _("crises")
        indexes = [models.Index(fields=["-opened_at", "-id"], name="crisis_latest")]

    def __str__(self) -> str:
        return self.title


class CrisisTask(models.Model):
    """A step of the plan, begun when the crisis was opened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("task"), max_length=200)
    person = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["crisis", "position"], name="crisis_task_position")]

    def __str__(self) -> str:
        return self.title


class CrisisEntry(models.Model):
    """One line of the timeline; never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("crisis timeline", "opened")
        NOTE = "note", pgettext_lazy("crisis timeline", "note")
        ASSIGNED = "assigned", pgettext_lazy("crisis timeline", "task given to")
        DONE = "done", pgettext_lazy("crisis timeline", "task done")
        CLOSED = "closed", pgettext_lazy("crisis timeline", "closed")

    id = models.BigAutoField(primary_key=True)
    crisis = models.ForeignKey(Crisis, on_delete=models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:40] or self.kind
