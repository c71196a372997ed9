"""What communities are served with: replies, welcomes, notices on a calendar, and who is on duty."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from qunying.communities.models.group import Community
from qunying.kernel.ids import new_id


class _Served(models.Model):
    """What belongs to one community, or to all of them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community"),
        help_text=_("Empty: every community that is not closed."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        abstract = True


@pghistory.track()
class ReplyRule(_Served):
    """An answer to messages with certain words."""

    name = models.CharField(_("name"), max_length=100)
    pattern = models.CharField(
        _("words"),
        max_length=200,
        help_text=_("* stands for anything, ? for one character, | separates alternatives: 退货*怎么|运费"),
    )
    answer = models.TextField(_("answer"), max_length=2000)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=100,
        help_text=_("Of several rules that match, the one with the smallest number answers."),
    )
    cool_down_minutes = models.PositiveIntegerField(
        _("cool-down in minutes"),
        default=5,
        help_text=_("It answers at most once in this time in each community."),
    )

    class Meta:
        verbose_name = _("keyword reply")
        verbose_name_plural = _("keyword replies")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Welcome(_Served):
    """What newcomers are told, by where they come from."""

    source = models.CharField(
        _("source"), max_length=100, blank=True, help_text=_("Empty: whatever the source of the newcomer.")
    )
    text = models.TextField(_("text"), max_length=2000)
    gather_minutes = models.PositiveSmallIntegerField(
        _("gather newcomers for minutes"),
        default=5,
        help_text=_(
            "Who joins within this time is welcomed in one post, so that a rush does not fill the group."
        ),
    )

    class Meta:
        verbose_name = _("welcome")
        verbose_name_plural = _("welcomes")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "source"],
                condition=models.Q(is_active=True),
                nulls_distinct=False,
                name="welcome_once_per_source",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


@pghistory.track(exclude=["next_at"])
class Notice(_Served):
    """Something that communities are told, once or again and again, on a calendar in the brand's zone."""

    class Kind(models.TextChoices):
        ANNOUNCEMENT = "announcement", _("announcement")
        TOPIC = "topic", _("pinned topic")
        BENEFIT = "benefit", _("weekly fixed benefit")
        OFFER = "offer", _("daily offer")
        SURPRISE = "surprise", _("surprise benefit")
        ACTIVITY = "activity", _("weekly activity")
        REPORT = "report", _("order battle report")

    class Rhythm(models.TextChoices):
        ONCE = "once", _("once")
        HOURLY = "hourly", _("hourly")
        DAILY = "daily", _("daily")
        WEEKLY = "weekly", _("weekly")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    rhythm = models.CharField(_("rhythm"), max_length=10, choices=Rhythm)
    at = models.TimeField(_("time"))
    until = models.TimeField(_("last time of the day"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("weekdays")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    next_at = models.DateTimeField(_("next"), null=True, editable=False)
    is_pinned = models.BooleanField(_("pinned"), default=False)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["next_at"], condition=models.Q(is_active=True), name="notice_due")]

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Duty(models.Model):
    """Who is on duty in a community: every week on a weekday, or instead of them on one day."""

    id = models.BigAutoField(primary_key=True)
    community = models.ForeignKey(
        Community,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community"),
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True)
    day = models.DateField(_("day"), null=True)
    person = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("person on duty")
    )

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties in communities")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "weekday", "day"], nulls_distinct=False, name="one_person_on_duty"
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__isnull=True) ^ models.Q(day__isnull=True),
                name="duty_weekday_or_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.day or self.weekday}"


class ReplyUse(models.Model):
    """When a rule last answered in a community: the cool-down is guarded here."""

    pk = models.CompositePrimaryKey("rule_id", "community_id")
    rule = models.ForeignKey(ReplyRule, on_delete=models.PROTECT, related_name="uses")
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.rule_id} in {self.community_id}"


class NoticePosting(models.Model):
    """What one notice did in one community at one time: the post that it planned, or why there was none."""

    class Outcome(models.TextChoices):
        PLANNED = "planned", _("planned")
        NOTHING = "nothing", _("nothing to tell")
        REFUSED = "refused", _("not possible")

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="postings", db_index=False)
    community = models.ForeignKey(Community, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    send_id = models.UUIDField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "community", "due_at"], name="notice_posted_once")
        ]
        indexes = [models.Index(fields=["-due_at"], name="notice_posting_latest")]

    def __str__(self) -> str:
        return f"{self.notice_id} at {self.due_at:%Y-%m-%d %H:%M}"
