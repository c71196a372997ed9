"""Bring something up for a decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_existing import list_as_written
from qunying.moderation.events import CASE_OPENED, tell_stream
from qunying.moderation.models import Case, Report, Source, SubjectKind, Violation
from qunying.moderation.queries.get_violation import ViolationNotFound
from qunying.moderation.reporting import wait_for_other_reports
from qunying.moderation.subjects import Subject, get_subject

MAX_FINDINGS = 50


class BadCaseField(Problem):
    """A field has a value that does not exist."""

    code = "bad_case_field"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


@dataclass(frozen=True)
class CaseOpened:
    """The case; ``already`` when one was open and what was found has been added to it."""

    case_id: UUID
    already: bool


@action
def open_case(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: UUID,
    findings: list[dict[str, Any]],
    source: str,
    community_id: UUID | None = None,
    member_id: UUID | None = None,
    severity: int | None = None,
) -> CaseOpened:
    """Open a case about something that was said, or about a member; an open one takes the findings in.

    Reports about it that were too few for a case of their own belong to it from now on, so that their reporters learn the outcome.

    Args:
        subject_kind: ``message``, ``post``, ``comment``, ``submission`` or ``member``.
        findings: what detectors found: ``{detector, violation, score, evidence, action}``.
        source: ``detector``, ``report`` or ``staff``.
        community_id, member_id: where and who, when the subject itself does not tell.
        severity: at least; by default that of the gravest finding.

    Raises:
        BadCaseField: an unknown kind or source, or findings that are none.
        SubjectNotFound: there is no such thing.
        ViolationNotFound: a finding names a violation that is not in the catalogue.
    """
    for field, value, known in (("subject_kind", subject_kind, SubjectKind), ("source", source, Source)):
        if value not in known.values:
            raise BadCaseField(field=field, value=value[:50])
    subject = get_subject(subject_kind, subject_id)
    kept = [_kept(finding) for finding in findings[:MAX_FINDINGS]]
    gravest = max([severity or 1, *_severities(kept)])
    fields = _fields(subject, community_id, member_id)
    wait_for_other_reports(subject_id)
    # One statement decides who opens: the loser of a race adds to the winner's case.
    made, is_new = Case.objects.get_or_create(
        subject_kind=subject_kind,
        subject_id=subject_id,
        state=Case.State.OPEN,
        defaults={**fields, "opened_at": now, "raised_at": now},
    )
    case = Case.objects.select_for_update().get(pk=made.pk)
    case.findings = [*case.findings, *(row for row in kept if row not in case.findings)][:MAX_FINDINGS]
    reported = _take_reports(case)
    case.sources = sorted({*case.sources, source, *([Source.REPORT] if reported else [])})
    case.severity = max([case.severity, gravest, *reported])
    case.raised_at = now
    case.save(update_fields=["findings", "sources", "severity", "raised_at"])
    if is_new:
        _tell(case, source, now)
    return CaseOpened(case.id, already=not is_new)


def _tell(case: Case, source: str, now: datetime) -> None:
    tell_stream(
        CASE_OPENED,
        now,
        member_id=case.member_id,
        community_id=case.community_id,
        content_id=case.subject_id,
        case=str(case.id),
        subject=case.subject_kind,
        source=source,
    )


def _take_reports(case: Case) -> list[int]:
    """Make the reports that waited for others the case's, and return how grave they are."""
    about = {"subject_kind": case.subject_kind, "subject_id": case.subject_id}
    waiting = Report.objects.filter(**about, case=None)
    severities = list(waiting.values_list("violation__severity", flat=True))
    waiting.update(case=case)
    return severities


def _fields(subject: Subject, community_id: UUID | None, member_id: UUID | None) -> dict[str, Any]:
    member = subject.member_id or member_id
    return {
        "community_id": subject.community_id or community_id,
        "member_id": list_as_written([member]).get(member) if member else None,
        "author_name": subject.author_name,
        "quote": subject.text,
        "said_at": subject.said_at,
    }


def _kept(finding: dict[str, Any]) -> dict[str, Any]:
    try:
        return {
            "detector": str(finding["detector"])[:20],
            "violation": str(finding["violation"])[:40],
            "score": round(min(max(float(finding["score"]), 0.0), 1.0), 4),
            "evidence": str(finding.get("evidence", ""))[:500],
            "action": str(finding.get("action", "review"))[:10],
        }
    except (KeyError, TypeError, ValueError) as error:
        raise BadCaseField(field="findings", value=str(error)[:50]) from error


def _severities(findings: list[dict[str, Any]]) -> list[int]:
    codes = {finding["violation"] for finding in findings}
    known = dict(Violation.objects.filter(code__in=codes).values_list("code", "severity"))
    if missing := codes - set(known):
        raise ViolationNotFound(violation=min(missing))
    return list(known.values())
