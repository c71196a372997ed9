"""A member reports something that was said, or another member."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.queries.list_existing import list_as_written
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.events import REPORT_MADE, tell_stream
from qunying.moderation.meanwhile import hide_meanwhile
from qunying.moderation.models import Case, Report, Source, SubjectKind, Violation
from qunying.moderation.people import own_ids
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_case import find_open_case
from qunying.moderation.queries.get_violation import get_violation
from qunying.moderation.reporting import count_people, wait_for_other_reports
from qunying.moderation.subjects import SubjectNotFound, get_subject

MAX_EVIDENCE = 1000
REPORTS_PER_DAY = 20
GRAVE = 4  # of such a thing one report is enough


class ReportedBefore(Problem):
    """The member has reported this before."""

    code = "reported_before"
    kind = Kind.CONFLICT
    message = _("You have reported this before. We will tell you the outcome.")


class OwnReport(Problem):
    """The member reports themselves."""

    code = "own_report"
    kind = Kind.CONFLICT
    message = _("This is your own. You can delete it instead of reporting it.")


class TooManyReports(Problem):
    """The member has reported a lot in a day."""

    code = "too_many_reports"
    kind = Kind.CONFLICT
    message = _("You have reported a lot today. Please go on tomorrow.")


@dataclass(frozen=True)
class Reported:
    """The report, and the case that it belongs to, once there is one."""

    report_id: UUID
    case_id: UUID | None


@action
def report_subject(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    reporter_id: UUID,
    subject_kind: str,
    subject_id: UUID,
    violation: str,
    text: str = "",
) -> Reported:
    """Take a report. So many people as the policy says open a case (one for grave things), and so many hide it meanwhile.

    Args:
        reporter_id: who reports.
        violation: which kind of the catalogue it is.
        text: evidence in the reporter's words.

    Raises:
        Forbidden: a member in another's name.
        OwnReport, ReportedBefore, TooManyReports.
        SubjectNotFound, ViolationNotFound, MemberNotFound, BadText.
    """
    if actor.kind == "member" and actor.id != str(reporter_id):
        raise Forbidden(action="moderation.report_subject")
    if subject_kind not in SubjectKind.values:
        raise SubjectNotFound
    kind = get_violation(violation)
    evidence = checked_text(text, field="text", max_length=MAX_EVIDENCE, may_be_empty=True, lines=True)
    reader = reporter_id if actor.kind == "member" else None
    subject = get_subject(subject_kind, subject_id, reader_id=reader)
    if (member := subject.member_id) in (mine := own_ids(reporter_id)):
        raise OwnReport
    _check_earlier(Report.objects.filter(reporter__in=mine), subject_kind, subject_id, now)
    report = Report.objects.create(
        subject_kind=subject_kind,
        subject_id=subject_id,
        community_id=subject.community_id,
        reported_member_id=list_as_written([member]).get(member) if member else None,
        reporter_id=reporter_id,
        violation=kind,
        text=evidence,
        quote=subject.text,
        reported_at=now,
    )
    tell_stream(
        REPORT_MADE,
        now,
        member_id=reporter_id,
        community_id=subject.community_id,
        content_id=subject_id,
        subject=subject_kind,
        violation=kind.code,
    )
    return Reported(report.id, _raise_case(report, kind, command_id, actor, now))


def _check_earlier(earlier: QuerySet[Report], subject_kind: str, subject_id: UUID, now: datetime) -> None:
    if earlier.filter(subject_kind=subject_kind, subject_id=subject_id).exists():
        raise ReportedBefore
    if earlier.filter(reported_at__gt=now - timedelta(days=1)).count() >= REPORTS_PER_DAY:
        raise TooManyReports


def _raise_case(report: Report, kind: Violation, command_id: str, actor: Actor, now: datetime) -> UUID | None:
    """Open a case when enough different people have reported the subject, and return it."""
    wait_for_other_reports(report.subject_id)
    about = {"subject_kind": report.subject_kind, "subject_id": report.subject_id}
    waiting = Report.objects.filter(**about, case=None)
    is_open = find_open_case(report.subject_kind, report.subject_id) is not None
    if not is_open and kind.severity < GRAVE and count_people(waiting) < get_policy()[1].reports_needed:
        return None
    opened = open_case(
        command_id=command_id,
        actor=actor,
        now=now,
        subject_kind=report.subject_kind,
        subject_id=report.subject_id,
        findings=[],
        source=Source.REPORT,
    )
    act: Act = {"command_id": command_id, "actor": actor, "now": now}
    hide_meanwhile(Case.objects.get(pk=opened.case_id), act)
    return opened.case_id
