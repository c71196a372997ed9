"""What was decided, what it took, and whether it stood."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id
from qunying.moderation.models.case import Case
from qunying.moderation.models.rules import PolicyVersion, RulesVersion, Violation


class Factor(models.TextChoices):
    """What makes a violation worse."""

    MINORS = "minors", _("minors bullied or harmed")
    CHEATING = "cheating", _("account got or used by cheating")
    SEVERAL_ACCOUNTS = "several_accounts", _("several accounts used")


class Verdict(models.TextChoices):
    """Whether the rules were broken."""

    VIOLATION = "violation", _("breaks the rules")
    NO_VIOLATION = "no_violation", _("does not break the rules")


class Decision(models.Model):
    """A person's answer to a case: the clause of the rules that it cites, and what becomes of the content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    violation = models.ForeignKey(Violation, null=True, on_delete=models.PROTECT, related_name="+")
    rules = models.ForeignKey(RulesVersion, null=True, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=10, blank=True)
    severity = models.PositiveSmallIntegerField(default=0)
    factors = ArrayField(models.CharField(max_length=20, choices=Factor), default=list)
    hides_content = models.BooleanField(default=False)
    reason = models.TextField(_("reason"))
    suggestion = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=100)
    decided_at = models.DateTimeField(_("decided at"))
    reversed_at = models.DateTimeField(_("taken back at"), null=True)
    reversed_by = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "-decided_at"], name="decision_of_member"),
            models.Index(fields=["-decided_at", "-id"], name="decision_latest"),
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]

    @property
    def reference(self) -> str:
        """What the content that it hid is found by."""
        return f"decision:{self.id}"


class PenaltyStep(models.TextChoices):
    """The rungs of the ladder, mildest first; the order is that of ``engines.penalty_ladder.Step``."""

    WARNING = "warning", _("warning")
    MUTE_1_DAY = "mute_1_day", _("muted for 1 day")
    MUTE_7_DAYS = "mute_7_days", _("muted for 7 days")
    MUTE_15_DAYS = "mute_15_days", _("muted for 15 days")
    MUTE_FOREVER = "mute_forever", _("muted for good")
    REMOVAL = "removal", _("removed from the community")
    CLOSING = "closing", _("account closed")


class Penalty(models.Model):
    """What a decision takes from a member, by which policy, from when, and until when.

    Everything else that it set elsewhere (restriction, suppression, bar of rewards) bears ``reference``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="penalty")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="+"
    )
    step = models.CharField(_("penalty"), max_length=12, choices=PenaltyStep)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    reasons = models.JSONField(default=list)
    takes = ArrayField(models.CharField(max_length=12), default=list)
    points_taken = models.PositiveIntegerField(default=0)
    points_transaction = models.UUIDField(null=True)
    reason = models.TextField(_("reason"))
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"), null=True)
    imposed_by = models.CharField(max_length=100)
    lifted_at = models.DateTimeField(_("lifted at"), null=True)
    lifted_by = models.CharField(max_length=100, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="penalty_has_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-since"], name="penalty_of_member"),
            models.Index(fields=["-since", "-id"], name="penalty_latest"),
        ]

    def __str__(self) -> str:
        return self.get_step_display()

    @property
    def reference(self) -> str:
        """What everything that it set elsewhere is found by."""
        return f"penalty:{self.id}"


class Appeal(models.Model):
    """A member does not accept a decision. One appeal for each, judged by somebody else."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("appeal", "open")
        UPHELD = "upheld", pgettext_lazy("appeal", "upheld")
        DISMISSED = "dismissed", pgettext_lazy("appeal", "dismissed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("appeal"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    submitted_at = models.DateTimeField(_("submitted at"))
    judged_by = models.CharField(max_length=100, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        indexes = [models.Index(fields=["-submitted_at", "-id"], name="appeal_latest")]

    def __str__(self) -> str:
        return str(self.id)[:8]
