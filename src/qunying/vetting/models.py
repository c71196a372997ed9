"""What looks like cheating: what members have in common, and what is held until a person has decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Mark(models.Model):
    """That a member was seen with something. What it was cannot be read from the keyed hash that is kept."""

    class Kind(models.TextChoices):
        DEVICE = "device", _("device")
        NETWORK = "network", _("network")
        PHONE = "phone", _("phone")
        ADDRESS = "address", _("delivery address")
        PAYMENT = "payment", _("payment account")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    digest = models.CharField(max_length=32)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(_("first seen"))
    last_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "digest", "member"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Case(models.Model):
    """Something of a member that is held back, why, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("held", "waits for review")
        RELEASED = "released", pgettext_lazy("held", "released")
        REFUSED = "refused", pgettext_lazy("held", "refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(_("what is held"), max_length=30)
    subject_id = models.UUIDField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(_("reasons"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    filed_at = models.DateTimeField(_("held since"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.TextField(blank=True)
    explanation = models.CharField(_("explanation"), max_length=500, blank=True)
    appeal = models.CharField(_("appeal"), max_length=1_000, blank=True)
    appealed_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.TextField(blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("held case")
        verbose_name_plural = _("held cases")
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="held_case_once"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(explanation=""), name="refusal_is_explained"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-filed_at", "-id"], name="held_of_state"),
            models.Index(fields=["-filed_at", "-id"], name="held_latest"),
            models.Index(
                fields=["appealed_at"],
                condition=Q(appealed_at__isnull=False, judged_at=None),
                name="held_appealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"
