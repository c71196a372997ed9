"""Badges, who holds them, how contribution is scored, and the leaderboards as they were found last."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.honours.measures import Measure
from qunying.kernel.ids import new_id

SIGNS = ["★", "♥", "♛", "✿", "☀", "✦", "☕", "♪", "✓", "⚑"]


@pghistory.track()
class Badge(models.Model):
    """A badge: by rule (a measure with levels) or given by staff with a reason (no measure)."""

    class State(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("badge", "active")
        RETIRED = "retired", pgettext_lazy("badge", "retired")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(pgettext_lazy("badge", "name"), max_length=20)
    about = models.CharField(pgettext_lazy("badge", "what it is for"), max_length=200, blank=True)
    sign = models.CharField(_("sign"), max_length=2, choices=[(sign, sign) for sign in SIGNS])
    measure = models.CharField(_("counts"), max_length=20, choices=Measure, blank=True)
    levels = ArrayField(models.PositiveIntegerField(), default=list)
    counts_history = models.BooleanField(_("imported history counts, too"), default=False)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    written_at = models.DateTimeField()
    written_by = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="badge_name_once"),
            models.CheckConstraint(
                condition=models.Q(measure="", levels=[]) | ~models.Q(measure="") & ~models.Q(levels=[]),
                name="badge_by_rule_has_levels",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Honour(models.Model):
    """A badge that a member holds or held; one row for both, so that nobody holds one twice.

    ``withheld``: staff took it, and no rule gives it again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    badge = models.ForeignKey(Badge, on_delete=models.PROTECT, related_name="honours")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField(default=0)
    reached = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    awarded_at = models.DateTimeField()
    awarded_by = models.TextField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.TextField(blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
    withheld = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "badge"], name="honour_once")]

    def __str__(self) -> str:
        return f"{self.badge_id} of {self.member_id}"


@pghistory.track()
class Formula(models.Model):
    """How contribution is scored: by measure the points of one act and how many of a day count. One row, or none as shipped."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    weights = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_formula")]

    def __str__(self) -> str:
        return "contribution score"


class Ranking(models.Model):
    """A place on a leaderboard: of a week, a month or all time; in a community, or everywhere."""

    class Period(models.TextChoices):
        WEEK = "week", _("this week")
        MONTH = "month", _("this month")
        ALL = "all", _("all time")

    id = models.BigAutoField(primary_key=True)
    period = models.CharField(max_length=5, choices=Period)
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    score = models.BigIntegerField()
    parts = models.JSONField(default=dict)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "community", "member"], name="ranking_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["period", "community", "-score", "member"], name="ranking_order")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.score}"


class RankingChoice(models.Model):
    """A member who does not want to stand on leaderboards."""

    member = models.OneToOneField(
        "members.Member", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.member_id)
