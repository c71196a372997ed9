"""Campaigns: the plan and its state, who decided what, the frozen audience with its arms, what was learnt."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.campaigns.plan import BASIS_POINTS, LARGEST_HOLDOUT, AudienceKind, Metric
from qunying.kernel.ids import new_id


class State(models.TextChoices):
    """How far a campaign has come: draft → submitted → approved → running → closed, or cancelled before it
    ran.
    """

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    APPROVED = "approved", _("approved")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Arm(models.TextChoices):
    """Which part of the experiment somebody belongs to. ``outside``: in communities of both arms, compared
    with nobody.
    """

    TREATMENT = "treatment", _("treatment group")
    CONTROL = "control", _("holdout group")
    OUTSIDE = "outside", _("left out of the comparison")


class MeasuredBy(models.TextChoices):
    """What was held out: single members, whole communities, or nobody."""

    MEMBERS = "members", _("members held out")
    COMMUNITIES = "communities", _("communities held out")
    NOTHING = "nothing", _("not proven by holdout")


@pghistory.track()
class Campaign(models.Model):
    """One campaign, from plan to proof. The texts and choices of the plan may change while it is a draft."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    goal_metric = models.CharField(_("goal"), max_length=20, choices=Metric)
    goal_target = models.BigIntegerField(_("target"))
    goal_by = models.DateField(_("to be reached by"))
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    selling_points = models.TextField(_("selling points"), blank=True)
    audience_kind = models.CharField(_("audience"), max_length=30, choices=AudienceKind)
    segment = models.ForeignKey(
        "segments.Segment", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("segment")
    )
    offer = models.ForeignKey(
        "rewards.CouponTemplate",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("offer"),
    )
    channel = models.ForeignKey(
        "outreach.Channel",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("message channel"),
    )
    message_template = models.ForeignKey(
        "outreach.Template", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("message")
    )
    post_template = models.ForeignKey(
        "outreach.Template",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("community post"),
    )
    holdout_basis_points = models.PositiveIntegerField(_("holdout"))
    no_holdout_reason = models.CharField(_("why nobody is held out"), max_length=500, blank=True)
    budget_minor = models.BigIntegerField(_("budget"))
    currency = models.CharField(_("currency"), max_length=3)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    measurement_days = models.PositiveIntegerField(_("days that count after the launch"))
    expected_claim_basis_points = models.PositiveIntegerField(_("expected share who claim"), null=True)
    expected_redemption_basis_points = models.PositiveIntegerField(_("expected share who redeem"), null=True)

    created_by = models.TextField()
    created_at = models.DateTimeField(_("created at"))
    changed_by = models.TextField()
    changed_at = models.DateTimeField()
    confirmed_count = models.PositiveIntegerField(_("confirmed audience"), null=True)
    confirmed_by = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    launched_at = models.DateTimeField(_("launched"), null=True)
    audience_as_of = models.DateTimeField(null=True)
    treatment_count = models.PositiveIntegerField(_("treated"), null=True)
    control_count = models.PositiveIntegerField(_("held out"), null=True)
    measured_by = models.CharField(max_length=12, choices=MeasuredBy, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    is_simulated = models.BooleanField(_("simulated outcomes"), default=False)
    simulation_note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(holdout_basis_points__lte=LARGEST_HOLDOUT)
                & (Q(holdout_basis_points__gt=0) | ~Q(no_holdout_reason="")),
                name="campaign_holdout",
            ),
            models.CheckConstraint(condition=Q(budget_minor__gte=0), name="campaign_budget"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="campaign_dates"),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "closed"])
                | Q(launched_at__isnull=False, audience_as_of__isnull=False),
                name="campaign_launched",
            ),
            models.UniqueConstraint(
                fields=["offer"],
                condition=Q(state__in=["running", "closed"], offer__isnull=False),
                name="campaign_offer_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-starts_on"], name="campaign_state"),
            models.Index(fields=["-created_at", "-id"], name="campaign_latest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holdout_share(self) -> float:
        """The holdout as a ratio, 0–1."""
        return self.holdout_basis_points / BASIS_POINTS


class CampaignCommunity(models.Model):
    """A community that the plan addresses, and its arm where whole communities are held out."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="communities", db_index=False
    )
    community = models.ForeignKey("communities.Community", on_delete=models.PROTECT, related_name="+")
    arm = models.CharField(max_length=10, choices=Arm, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "community_id"], name="campaign_community_once")
        ]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.arm}"


class StageKind(models.TextChoices):
    """The four stages of a campaign."""

    PREPARE = "prepare", _("Prepare")
    LAUNCH = "launch", _("Launch")
    RUN = "run", _("Run")
    REVIEW = "review", _("Review")


@pghistory.track()
class Stage(models.Model):
    """When one of the four stages of a campaign takes place."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="stages", db_index=False)
    kind = models.CharField(_("stage"), max_length=10, choices=StageKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "kind"], name="campaign_stage_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="campaign_stage_dates"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


@pghistory.track()
class Task(models.Model):
    """Something to be done in a stage, by whom and until when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="tasks")
    stage = models.CharField(_("stage"), max_length=10, choices=StageKind)
    title = models.CharField(_("task"), max_length=200)
    owner = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """A step of approval: who handed in, approved, rejected or took back the plan, when, and why."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("handed in")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", pgettext_lazy("plan", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("plan", "taken back")
        CANCELLED = "cancelled", _("cancelled")

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.TextField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    budget_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} by {self.by}"


class CampaignAssignment(models.Model):
    """A member of the frozen audience and their arm; written once, at the launch. ``community``: where whole
    communities are held out.
    """

    pk = models.CompositePrimaryKey("campaign_id", "member_id")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    arm = models.CharField(max_length=10, choices=Arm)
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"{self.member_id}: {self.arm}"


class Lesson(models.Model):
    """What a campaign taught: highlights, shortfalls and lessons; kept for the next plan."""

    class Kind(models.TextChoices):
        HIGHLIGHT = "highlight", _("highlight")
        SHORTFALL = "shortfall", _("shortfall")
        LESSON = "lesson", _("lesson")

    class Area(models.TextChoices):
        PLANNING = "planning", _("planning")
        EXECUTION = "execution", _("execution")
        MEDIA = "media", _("media")
        INTERACTION = "interaction", _("interaction")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="lessons")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    area = models.CharField(_("area"), max_length=12, choices=Area)
    text = models.TextField(_("text"))
    by = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:60]
