"""What somebody or something found fault with, and who said so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.kernel.ids import new_id
from qunying.moderation.models.rules import Violation


class SubjectKind(models.TextChoices):
    """What a case or a report is about."""

    MESSAGE = "message", _("group message")
    POST = "post", _("board post")
    COMMENT = "comment", _("comment")
    SUBMISSION = "submission", _("submission")
    MEMBER = "member", _("member")


class Source(models.TextChoices):
    """Who brought it up."""

    DETECTOR = "detector", pgettext_lazy("case", "detector")
    REPORT = "report", pgettext_lazy("case", "report")
    STAFF = "staff", pgettext_lazy("case", "staff")


class Case(models.Model):
    """One subject that waits for a decision, or has got one. At most one is open for a subject.

    ``quote`` keeps what was said when the case was opened, whatever becomes of the original.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("case", "open")
        DECIDED = "decided", pgettext_lazy("case", "decided")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(_("about"), max_length=12, choices=SubjectKind)
    subject_id = models.UUIDField()
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="+"
    )
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.TextField(blank=True)
    quote = models.TextField(blank=True)
    said_at = models.DateTimeField(_("said at"), null=True)
    findings = models.JSONField(default=list)
    sources = ArrayField(models.CharField(max_length=10, choices=Source), default=list)
    severity = models.PositiveSmallIntegerField(_("severity"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(_("case opened at"))
    raised_at = models.DateTimeField(_("brought up last at"))
    claimed_by = models.CharField(max_length=100, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=Q(state="open"), name="one_open_case"
            )
        ]
        indexes = [
            models.Index(
                fields=["-severity", "opened_at", "id"], condition=Q(state="open"), name="case_queue"
            ),
            models.Index(fields=["-opened_at", "-id"], name="case_latest"),
            models.Index(fields=["member", "-opened_at"], name="case_of_member"),
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]


class Report(models.Model):
    """A member finds fault with something. One report of one member about one subject."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(_("about"), max_length=12, choices=SubjectKind)
    subject_id = models.UUIDField()
    community = models.ForeignKey(
        "communities.Community", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_member = models.ForeignKey(
        "members.Member", null=True, on_delete=models.PROTECT, related_name="+"
    )
    reporter = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("evidence"), blank=True)
    quote = models.TextField(blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "subject_kind", "subject_id"], name="reported_once_by_a_member"
            )
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="report_of_subject"),
            models.Index(fields=["-reported_at", "-id"], name="report_latest"),
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]
