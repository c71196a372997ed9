"""Pages that members are rewarded for sharing, their links, and who came."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id
from qunying.referrals.models.programme import Programme


@pghistory.track()
class ShareOffer(models.Model):
    """Points for every visitor whom a member brings to a page. Fixed once it is open."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=60)
    path = models.CharField(_("page to be shared"), max_length=200)
    points = models.PositiveIntegerField(_("points for a visitor"))
    per_day = models.PositiveIntegerField(_("rewarded visitors a day"))
    campaign_id = models.UUIDField(_("campaign"), null=True)
    state = models.CharField(_("state"), max_length=6, choices=Programme.State, default=Programme.State.DRAFT)
    created_by = models.TextField()
    created_at = models.DateTimeField(_("created at"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("shared page")
        verbose_name_plural = _("shared pages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(points__gt=0, per_day__gt=0), name="share_promises_something"
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="share_offer_latest")]

    def __str__(self) -> str:
        return self.name


class ShareLink(models.Model):
    """A member's own link to a shared page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(ShareOffer, on_delete=models.PROTECT, related_name="links", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "member"], name="share_link_once")]

    def __str__(self) -> str:
        return self.code


class ShareVisit(models.Model):
    """That a device came over a link: once for an offer. Of device and network only keyed hashes are kept."""

    id = models.BigAutoField(primary_key=True)
    offer = models.ForeignKey(ShareOffer, on_delete=models.PROTECT, related_name="+", db_index=False)
    link = models.ForeignKey(ShareLink, on_delete=models.PROTECT, related_name="visits", db_index=False)
    visitor = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    day = models.DateField()
    is_counted = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "visitor"], name="share_visitor_once")]
        indexes = [models.Index(fields=["link", "day"], name="share_visit_day")]

    def __str__(self) -> str:
        return f"{self.link_id} on {self.day}"


class ShareDay(models.Model):
    """What a member got for the visitors of one day."""

    class State(models.TextChoices):
        GIVEN = "given", pgettext_lazy("prize", "given")
        OWED = "owed", _("still owed")
        REVIEW = "review", pgettext_lazy("invitation", "held for review")
        REFUSED = "refused", pgettext_lazy("invitation", "refused after review")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    link = models.ForeignKey(ShareLink, on_delete=models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    visitors = models.PositiveIntegerField()
    points = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State)
    problem = models.CharField(max_length=60, blank=True)
    grant_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="share_day_once")]

    def __str__(self) -> str:
        return f"{self.link_id} on {self.day}"
