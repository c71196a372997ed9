"""Files of messages that are taken over, and how their columns are read."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.models.group import Community
from qunying.kernel.ids import new_id


class MessageImport(models.Model):
    """One file of messages being taken over.

    ``columns`` are headers by field; None goes by the headers. A zone left empty is the brand's.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("to be looked at")
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="message_imports")
    file_name = models.TextField(_("file"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    columns = models.JSONField(_("columns"), null=True)
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    dry_run = models.BooleanField(_("check only"), default=False)
    rows_read = models.PositiveBigIntegerField(_("rows read"), default=0)
    new = models.PositiveBigIntegerField(_("new"), default=0)
    changed = models.PositiveBigIntegerField(_("changed"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    refused = models.PositiveBigIntegerField(_("refused"), default=0)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.TextField()
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        indexes = [models.Index(fields=["community", "-created_at"], name="message_import_latest")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        """Whether it waits for the worker or is under way."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def may_begin(self) -> bool:
        """Whether its file is still here to be taken over: it was not begun, or only checked."""
        return self.state == self.State.UPLOADED or (self.dry_run and not self.is_busy)


@pghistory.track()
class MessageMapping(models.Model):
    """How files of one kind are read, kept under a name: headers by field."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    columns = models.JSONField(_("columns"))
    changed_at = models.DateTimeField(_("changed at"))

    def __str__(self) -> str:
        return self.name
