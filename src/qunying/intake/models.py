"""What came in from outside: how columns are read, and every import with its outcome."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id


@pghistory.track()
class ImportMapping(models.Model):
    """How the columns of a kind of file are read, saved under a name. ``columns`` is field → header."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One import of one file: what was asked, how far it is, and what came of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, default="orders")
    file_name = models.TextField(_("file"))
    file_bytes = models.BigIntegerField(_("size"))
    settings = models.JSONField(default=dict)
    dry_run = models.BooleanField(_("check only"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    stage = models.CharField(max_length=20, blank=True)
    progress = models.FloatField(default=0)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(null=True)
    problem = models.JSONField(null=True)
    started_by = models.TextField(_("started by"))
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-created_at", "-id"], name="import_latest")]

    def __str__(self) -> str:
        return self.file_name


class QuarantinedEvent(models.Model):
    """A reported event that could not be taken: its body as it came and why, until it is replayed."""

    id = models.BigAutoField(primary_key=True)
    source = models.TextField(_("source"))
    body = models.TextField(_("body"))
    body_hash = models.CharField(max_length=64)
    reason = models.CharField(_("reason"), max_length=30)
    detail = models.TextField(_("detail"), blank=True)
    received_at = models.DateTimeField(_("received at"))
    reported_by = models.TextField(_("reported by"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True)
    outcome = models.CharField(max_length=10, blank=True, db_default="")

    class Meta:
        verbose_name = _("quarantined event")
        verbose_name_plural = _("quarantined events")
        constraints = [models.UniqueConstraint(fields=["source", "body_hash"], name="quarantined_once")]
        indexes = [
            models.Index(
                fields=["reason", "id"], name="quarantine_waiting", condition=models.Q(resolved_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} from {self.source}"
