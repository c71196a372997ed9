"""An activity: rules that are pinned before it opens, and for whom it is."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class State(models.TextChoices):
    """How far an activity has come."""

    DRAFT = "draft", _("draft")
    APPROVED = "approved", _("approved")
    OPEN = "open", pgettext_lazy("activity", "open")
    CLOSED = "closed", _("closed")
    SETTLED = "settled", pgettext_lazy("activity", "settled")
    CANCELLED = "cancelled", _("cancelled")


# Only then no turn need be free. A check lets pass what is neither true nor false, so the key is asked for first.
_SELLS_TURNS = Q(settings__has_key="turn_points") & Q(settings__turn_points__gt=0)


@pghistory.track(exclude=["sealed_secret"])
class Activity(models.Model):
    """One activity. What members are told may change while it is a draft, and never again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    title = models.CharField(_("title"), max_length=60)
    about = models.TextField(pgettext_lazy("activity", "terms"), blank=True)
    organiser = models.CharField(_("organiser and contact"), max_length=200, blank=True)
    campaign_id = models.UUIDField(_("campaign"), null=True)
    segment = models.ForeignKey(
        "segments.Segment", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("segment")
    )
    currency = models.CharField(_("currency"), max_length=3)
    settings = models.JSONField(_("settings"))
    per_member = models.PositiveIntegerField(_("times per member"), null=True)
    per_day = models.PositiveIntegerField(_("times per member and day"), null=True)
    min_account_days = models.PositiveIntegerField(_("days as a member before taking part"), default=0)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    claim_until = models.DateTimeField(_("prizes are handed out until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    rules_hash = models.CharField(max_length=64, blank=True)
    commitment = models.CharField(max_length=64, blank=True)
    sealed_secret = models.TextField(blank=True)
    name_salt = models.CharField(max_length=64, blank=True)
    plays = models.ForeignKey("ledger.Pool", null=True, on_delete=models.PROTECT, related_name="+")
    audience_as_of = models.DateTimeField(null=True)
    audience_count = models.PositiveIntegerField(null=True)
    audience_rule_version = models.PositiveIntegerField(null=True)
    is_simulated = models.BooleanField(_("simulated"), default=False)
    created_by = models.TextField()
    created_at = models.DateTimeField(_("created at"))
    changed_by = models.TextField()
    approved_by = models.TextField(blank=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="activity_dates"),
            models.CheckConstraint(
                condition=(Q(per_member=None) | Q(per_member__gt=0) | _SELLS_TURNS)
                & (Q(per_day=None) | Q(per_day__gt=0)),
                name="activity_limits",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | ~Q(rules_hash=""), name="activity_pinned"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="activity_latest"),
            models.Index(fields=["state", "closes_at"], name="activity_state"),
        ]

    def __str__(self) -> str:
        return self.title


class RulesVersion(models.Model):
    """What the rules of an activity once said, and who said so. Never changed."""

    id = models.BigAutoField(primary_key=True)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="versions", db_index=False)
    version = models.PositiveIntegerField()
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "version"], name="activity_version_once")]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version}"


class AudienceMember(models.Model):
    """A member for whom an activity is, as frozen when it opened."""

    pk = models.CompositePrimaryKey("activity_id", "member_id")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.member_id} in {self.activity_id}"
