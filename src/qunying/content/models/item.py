"""Content items: what is said, in which form for which platform, where and when."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


@pghistory.track()
class ContentItem(models.Model):
    """One piece of content on its way from an idea to a measured result."""

    class Kind(models.TextChoices):
        ARTICLE = "article", pgettext_lazy("content", "article")
        PICTURE = "picture", pgettext_lazy("content", "pictures")
        SHORT_VIDEO = "short_video", pgettext_lazy("content", "short video")
        LIVE = "live", pgettext_lazy("content", "live stream")
        H5 = "h5", pgettext_lazy("content", "H5 page")

    class Goal(models.TextChoices):
        ATTRACT = "attract", _("attract new people")
        ENGAGE = "engage", _("keep people talking")
        CONVERT = "convert", _("sell")
        RETAIN = "retain", _("keep buyers")
        BRAND = "brand", _("build trust in the brand")

    class TopicKind(models.TextChoices):
        INTEREST = "interest", _("interest")
        HOT = "hot", _("hot topic")
        FESTIVAL = "festival", _("festival")
        EVERGREEN = "evergreen", _("always fits")

    class Category(models.TextChoices):
        NEWS = "news", pgettext_lazy("content", "news")
        ACTIVITY = "activity", pgettext_lazy("content", "activity")
        TUTORIAL = "tutorial", pgettext_lazy("content", "tutorial")
        KNOWLEDGE = "knowledge", pgettext_lazy("content", "know-how")

    class Horizon(models.TextChoices):
        SHORT = "short", _("short term")
        LONG = "long", _("long term")

    class State(models.TextChoices):
        IDEA = "idea", pgettext_lazy("content", "idea")
        DRAFT = "draft", pgettext_lazy("content", "draft")
        REVIEW = "review", pgettext_lazy("content", "in review")
        SCHEDULED = "scheduled", pgettext_lazy("content", "scheduled")
        PUBLISHED = "published", pgettext_lazy("content", "published")
        MEASURED = "measured", pgettext_lazy("content", "measured")
        WITHDRAWN = "withdrawn", pgettext_lazy("content", "withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("working title"), max_length=200)
    brief = models.TextField(_("idea"), max_length=2000, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal)
    topic_kind = models.CharField(_("kind of topic"), max_length=20, choices=TopicKind)
    topic = models.CharField(_("topic"), max_length=100, blank=True)
    category = models.CharField(_("category"), max_length=20, choices=Category)
    horizon = models.CharField(_("plan"), max_length=10, choices=Horizon, default=Horizon.SHORT)
    segment = models.ForeignKey(
        "segments.Segment",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("for whom"),
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.IDEA)
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField(_("created at"))
    changed_by = models.CharField(max_length=100)
    changed_at = models.DateTimeField(_("changed at"))
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("content item")
        verbose_name_plural = _("content items")
        indexes = [
            models.Index(fields=["state", "-changed_at"], name="content_item_state"),
            models.Index(fields=["-published_at"], name="content_item_published"),
        ]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Variant(models.Model):
    """The form of an item on one platform: within its limits of length, pictures and links."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="variants")
    platform = models.CharField(_("platform"), max_length=30)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    link = models.CharField(_("where it leads"), max_length=500, blank=True)
    media_link = models.CharField(_("video or live room"), max_length=500, blank=True)
    pictures = models.ManyToManyField("content.Material", through="VariantPicture")
    changed_by = models.CharField(max_length=100)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "platform"], name="variant_once")]

    def __str__(self) -> str:
        return self.title or self.platform


class VariantPicture(models.Model):
    """A picture of a variant, in its place."""

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="places")
    material = models.ForeignKey("content.Material", on_delete=models.PROTECT, related_name="places")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["variant", "position"], name="variant_picture_place")]

    def __str__(self) -> str:
        return f"{self.position}"


class Placement(models.Model):
    """Where and when an item is to be seen: on the member web, in a community, on an account elsewhere."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("placement", "planned")
        ON_ITS_WAY = "on_its_way", pgettext_lazy("placement", "being posted")
        BY_HAND = "by_hand", pgettext_lazy("placement", "to be posted by hand")
        PUBLISHED = "published", pgettext_lazy("placement", "published")
        FAILED = "failed", pgettext_lazy("placement", "not posted")
        WITHDRAWN = "withdrawn", pgettext_lazy("placement", "withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="placements")
    platform = models.CharField(_("platform"), max_length=30)
    community = models.ForeignKey(
        "communities.Community",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community"),
    )
    planned_at = models.DateTimeField(_("planned for"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "platform", "community"], nulls_distinct=False, name="placement_once"
            )
        ]
        indexes = [
            models.Index(fields=["planned_at"], name="placement_time"),
            models.Index(fields=["planned_at"], condition=Q(state="planned"), name="placement_due"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.planned_at:%Y-%m-%d %H:%M}"


class Review(models.Model):
    """What somebody found when they looked at an item, and what they decided."""

    class Decision(models.TextChoices):
        SUBMITTED = "submitted", _("handed in")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("sent back")
        REOPENED = "reopened", _("taken back to change it")

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=10, choices=Decision)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    claims_true = models.BooleanField(null=True)
    rights_clear = models.BooleanField(null=True)
    title_fits = models.BooleanField(null=True)
    remark = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item", "-id"], name="review_of_item")]

    def __str__(self) -> str:
        return f"{self.decision} {self.at:%Y-%m-%d}"


class Measurement(models.Model):
    """What an item had done when it was measured, and what was learnt."""

    id = models.BigAutoField(primary_key=True)
    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="measurements")
    at = models.DateTimeField()
    by = models.CharField(max_length=100)
    window_days = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    lesson = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


@pghistory.track()
class CadenceRule(models.Model):
    """How often and how close together posts to a community may be; the one without a community holds for all others."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(
        "communities.Community", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    most_per_day = models.PositiveSmallIntegerField(_("at most a day"), default=2)
    most_per_week = models.PositiveSmallIntegerField(_("at most a week"), default=7)
    least_per_week = models.PositiveSmallIntegerField(_("at least a week"), default=1)
    hours_between = models.PositiveSmallIntegerField(_("hours between two"), default=3)
    duplicate_days = models.PositiveSmallIntegerField(_("days before a text comes again"), default=14)
    changed_by = models.CharField(max_length=100)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community"], nulls_distinct=False, name="cadence_rule_once")
        ]

    def __str__(self) -> str:
        return str(self.community or "")
