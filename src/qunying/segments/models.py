"""Segments: rules and lists of members, who is in them and since when; the brand's stages and everybody's
scores."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.kernel.ids import new_id


@pghistory.track(exclude=["count", "refreshed_at", "refreshed_as_of"])
class Segment(models.Model):
    """A named set of members: those who fulfil a rule, or a fixed list."""

    class Kind(models.TextChoices):
        RULE = "rule", _("by rule")
        STATIC = "static", _("fixed list")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=1000, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    rule = models.JSONField(_("rule"), null=True)
    rule_version = models.PositiveIntegerField(_("version of the rule"), default=0)
    aim = models.CharField(_("aim"), max_length=500, blank=True)
    offers = models.CharField(_("offers"), max_length=500, blank=True)
    owner = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    count = models.PositiveBigIntegerField(_("members"), null=True)
    refreshed_at = models.DateTimeField(_("refreshed"), null=True)
    refreshed_as_of = models.DateTimeField(_("as of"), null=True)
    created_at = models.DateTimeField(_("created at"))
    archived_at = models.DateTimeField(_("archived at"), null=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="rule", rule__isnull=False)
                | models.Q(kind="static", rule__isnull=True),
                name="segment_rule_by_kind",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """A rule that a segment once had. Never changed."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    rule = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "version"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} v{self.version}"


class SegmentMember(models.Model):
    """A member who was in the segment when it was last refreshed."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="members", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "member"], name="segment_member_once")]
        indexes = [models.Index(fields=["segment", "-entered_at", "-id"], name="segment_member_latest")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.segment_id}"


class SegmentChange(models.Model):
    """A member entered or left a segment. ``at`` is the as-of instant of the refresh that noticed."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="changes", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    entered = models.BooleanField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["segment", "-id"], name="segment_change_latest"),
            models.Index(fields=["segment", "member", "-id"], name="segment_change_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {'entered' if self.entered else 'left'} {self.segment_id}"


@pghistory.track()
class Definitions(models.Model):
    """One version of the brand's lifecycle stages and of how members are scored; in force from
    ``valid_from``. Never changed."""

    version = models.PositiveIntegerField(primary_key=True)
    valid_from = models.DateTimeField(_("in force from"))
    stages = models.JSONField(_("stages"))
    window_days = models.PositiveIntegerField(_("days that scores look back"), null=True)
    bins = models.PositiveSmallIntegerField(_("highest score"))
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.TextField(_("changed by"))

    class Meta:
        verbose_name = _("definitions")
        verbose_name_plural = _("definitions")

    def __str__(self) -> str:
        return f"v{self.version}"


class ScoreRun(models.Model):
    """A refresh of everybody's scores that came to its end."""

    id = models.BigAutoField(primary_key=True)
    as_of = models.DateTimeField()
    finished_at = models.DateTimeField()
    definitions_version = models.PositiveIntegerField()
    members = models.PositiveBigIntegerField()
    stage_changes = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.as_of:%Y-%m-%d}"


class MemberScore(models.Model):
    """The scores and the stage of a member at the last run. Members without an order in the window have no
    scores."""

    member = models.OneToOneField(
        "members.Member", primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    last_order_at = models.DateTimeField(null=True)
    frequency = models.PositiveIntegerField()
    monetary_minor = models.BigIntegerField()
    recency_score = models.PositiveSmallIntegerField(null=True)
    frequency_score = models.PositiveSmallIntegerField(null=True)
    monetary_score = models.PositiveSmallIntegerField(null=True)
    stage = models.CharField(max_length=20, db_index=True)

    def __str__(self) -> str:
        return f"{self.member_id}: {self.stage}"
