"""What is promised for bringing a friend."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Qualifies(models.TextChoices):
    """When a friend counts."""

    JOINED = "joined", _("when they have joined")
    FIRST_ORDER = "first_order", _("with their first order of at least …")


@pghistory.track()
class Programme(models.Model):
    """One promise: when a friend counts, what both sides get and when, how many count. Fixed once it is open."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("programme", "open")
        CLOSED = "closed", pgettext_lazy("programme", "closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=60)
    about = models.TextField(_("terms for members"), max_length=2_000, blank=True)
    campaign_id = models.UUIDField(_("campaign"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    qualifies = models.CharField(_("a friend counts"), max_length=12, choices=Qualifies)
    least_order_minor = models.BigIntegerField(_("least amount of the order"), default=0)
    within_days = models.PositiveIntegerField(_("days to order"), default=30)
    new_within_days = models.PositiveIntegerField(_("days as a member at most"), default=7)
    hold_days = models.PositiveIntegerField(_("days until rewards are given"), default=7)
    inviter_points = models.PositiveIntegerField(_("points for the inviter"), default=0)
    inviter_template_id = models.UUIDField(_("coupon for the inviter"), null=True)
    invited_points = models.PositiveIntegerField(_("points for the friend"), default=0)
    invited_template_id = models.UUIDField(_("coupon for the friend"), null=True)
    per_day = models.PositiveIntegerField(_("rewarded friends a day"), null=True)
    per_inviter = models.PositiveIntegerField(_("rewarded friends in all"), null=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.DRAFT)
    created_by = models.TextField()
    created_at = models.DateTimeField(_("created at"))
    opened_by = models.TextField(blank=True)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("invitation programme")
        verbose_name_plural = _("invitation programmes")
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="open"), name="one_open_programme"),
            models.CheckConstraint(
                condition=(Q(per_day=None) | Q(per_day__gt=0)) & (Q(per_inviter=None) | Q(per_inviter__gt=0)),
                name="programme_caps",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="programme_latest")]

    def __str__(self) -> str:
        return self.name
