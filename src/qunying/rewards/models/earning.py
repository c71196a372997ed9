"""Earning: rules in versions, what was earned under them, what went back, and the counters of caps."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class Asset(models.TextChoices):
    """What a rule gives."""

    POINTS = "points", _("points")
    GROWTH = "growth", _("growth value")


class EarningRule(models.Model):
    """One version of a rule. Once published it never changes: another version follows it, or it ends.

    ``series`` holds the versions of a rule together; an event earns under the version that was in force when it occurred.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", pgettext_lazy("rule", "published")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.UUIDField(editable=False)
    version = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=100)
    asset = models.CharField(_("what it gives"), max_length=10, choices=Asset)
    event = models.CharField(_("event"), max_length=64)
    terms = models.JSONField()
    wait_days = models.PositiveIntegerField(_("return window in days"), default=0)
    valid_days = models.PositiveIntegerField(_("valid days"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    starts_at = models.DateTimeField(_("in force from"), null=True)
    ends_at = models.DateTimeField(_("in force until"), null=True)
    written_at = models.DateTimeField()
    written_by = models.TextField()
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(blank=True)

    class Meta:
        verbose_name = _("earning rule")
        verbose_name_plural = _("earning rules")
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="earning_rule_version"),
            models.UniqueConstraint(
                fields=["series"], condition=Q(state="draft"), name="earning_rule_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", starts_at=None)
                | Q(
                    Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                    state="published",
                    starts_at__isnull=False,
                ),
                name="earning_rule_times",
            ),
        ]
        indexes = [models.Index(fields=["event", "starts_at"], name="earning_rule_in_force")]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"


class Earning(models.Model):
    """What one event earned a member under one rule: once, whatever is replayed. ``steps`` say why so much."""

    id = models.UUIDField(primary_key=True, editable=False)
    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, db_index=False)
    series = models.UUIDField()
    event_id = models.UUIDField()
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, db_index=False)
    asset = models.CharField(max_length=10, choices=Asset)
    units = models.BigIntegerField()
    taken_back = models.BigIntegerField(default=0)
    terms = models.JSONField()
    steps = models.JSONField()
    order_id = models.UUIDField(null=True)
    product = models.TextField(blank=True)
    content_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    earned_at = models.DateTimeField()
    number = models.BigIntegerField()
    grant = models.ForeignKey("rewards.PointsGrant", on_delete=models.PROTECT, null=True)
    transaction_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "series"], name="earning_once"),
            models.CheckConstraint(
                condition=Q(units__gte=0, taken_back__gte=0, taken_back__lte=F("units")),
                name="earning_units",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-occurred_at"], name="earning_of_member"),
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="earning_of_order"),
            models.Index(
                fields=["content_id"], condition=Q(content_id__isnull=False), name="earning_of_content"
            ),
            models.Index(fields=["series", "-earned_at"], name="earning_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.units - self.taken_back} {self.asset}"


class Returned(models.Model):
    """Something that went back: an order line or a part of an order, once per event that tells of it."""

    event_id = models.UUIDField(primary_key=True)
    order_id = models.UUIDField()
    is_line = models.BooleanField()
    product = models.TextField(blank=True)
    quantity = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0, amount_minor__gte=0), name="returned_positive"
            )
        ]
        indexes = [models.Index(fields=["order_id"], name="returned_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount_minor}"


class HiddenContent(models.Model):
    """Whether a decision hides a post, comment or submission: the last that the stream told of it."""

    id = models.BigAutoField(primary_key=True)
    content_id = models.UUIDField()
    reference = models.TextField(blank=True)
    is_lifted = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_id", "reference"], name="hidden_content_once")
        ]

    def __str__(self) -> str:
        return f"{self.content_id}: {self.reference}"


class PastEarning(models.Model):
    """Somebody's decision that orders of the past earn as well, and how far that is."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    placed_from = models.DateTimeField()
    placed_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    started_by = models.TextField()
    reached_at = models.DateTimeField(null=True)
    reached_order = models.UUIDField(null=True)
    orders = models.BigIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    growth = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.placed_from:%Y-%m-%d} – {self.placed_until:%Y-%m-%d}"


class EarningCount(models.Model):
    """How much of a cap is used: of one rule (all its versions), within one scope, by one member or by all."""

    pk = models.CompositePrimaryKey("series", "scope", "who", "period")
    series = models.UUIDField()
    scope = models.CharField(max_length=20)
    who = models.UUIDField()
    period = models.CharField(max_length=10)
    used = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(used__gte=0), name="earning_count_used")]

    def __str__(self) -> str:
        return f"{self.scope} {self.period}: {self.used}"
