"""What members send in: buyer shows and stories, with the consent that they gave."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Submission(models.Model):
    """A member's work: pictures and words, the consent to show it, and what became of it."""

    class Kind(models.TextChoices):
        BUYER_SHOW = "buyer_show", _("buyer show")
        STORY = "story", _("story")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("submission", "waits for review")
        ACCEPTED = "accepted", pgettext_lazy("submission", "in the gallery")
        REJECTED = "rejected", pgettext_lazy("submission", "not taken")
        WITHDRAWN = "withdrawn", pgettext_lazy("submission", "withdrawn by the member")
        HIDDEN = "hidden", pgettext_lazy("submission", "hidden")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    product = models.ForeignKey(
        "shop.Product", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("product")
    )
    is_purchase_verified = models.BooleanField(_("bought it"), default=False)
    pictures = models.ManyToManyField("content.Picture", through="SubmissionPicture")
    consent_text = models.TextField(_("consent given"))
    consent_at = models.DateTimeField(_("consent given at"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    findings = models.JSONField(_("found by screening"), default=list)
    received_at = models.DateTimeField(_("received at"))
    decided_by = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    points = models.PositiveIntegerField(_("points"), default=0)
    grant_id = models.UUIDField(null=True, unique=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [
            models.Index(fields=["state", "-received_at"], name="submission_state"),
            models.Index(fields=["-decided_at"], condition=Q(state="accepted"), name="submission_gallery"),
        ]

    def __str__(self) -> str:
        return self.title


class SubmissionPicture(models.Model):
    """A picture of a submission, in its place."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="places")
    picture = models.ForeignKey("content.Picture", on_delete=models.PROTECT, related_name="submission_places")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "position"], name="submission_picture_place")
        ]

    def __str__(self) -> str:
        return f"{self.position}"
