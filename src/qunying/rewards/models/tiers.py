"""Tiers: policies in versions, where every member stands, and birthday gifts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id


class TierPolicy(models.Model):
    """One version of the tiers. Once published it never changes; the next one begins where it ends.

    ``terms`` are the engine's policy. ``levels`` say what members read: name, benefits and birthday points by code.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", pgettext_lazy("rule", "published")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    preset = models.CharField(max_length=20)
    terms = models.JSONField()
    levels = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    since = models.DateTimeField(null=True)
    written_at = models.DateTimeField()
    written_by = models.TextField()
    published_at = models.DateTimeField(null=True)
    published_by = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="tier_policy_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", since=None) | Q(state="published", since__isnull=False),
                name="tier_policy_since",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class MemberTier(models.Model):
    """Where a member stands; only members who have growth value, or a promise, have a row. The others have the lowest level.

    ``seen`` is the version of the account of growth value that was looked at; ``next_check`` when time alone may change something.
    """

    member = models.OneToOneField(
        "members.Member", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    level = models.CharField(max_length=40)
    since = models.DateTimeField()
    at = models.DateTimeField()
    policy = models.PositiveIntegerField()
    period_start = models.DateTimeField(null=True)
    reset_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    is_warned = models.BooleanField(default=False)
    floor = models.CharField(max_length=40, blank=True)
    floor_until = models.DateTimeField(null=True)
    growth = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    next_check = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_check"], condition=Q(next_check__isnull=False), name="tier_next_check"
            ),
            models.Index(fields=["level", "member"], name="tier_level"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.level}"


class BirthdayGift(models.Model):
    """Points that a member got for a birthday: once a year, and not again within ten months, whatever the birthday is changed to."""

    pk = models.CompositePrimaryKey("member_id", "year")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, db_index=False, related_name="+")
    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=40)
    points = models.BigIntegerField()
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member_id}: {self.year}"
