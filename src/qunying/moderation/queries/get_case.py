"""Cases: one, the queue, and how many wait."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import Case


class CaseNotFound(Problem):
    """There is no such case."""

    code = "case_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such case.")


@dataclass(frozen=True)
class CaseFilter:
    """Which cases; empty fields ask for all."""

    state: str = Case.State.OPEN
    subject_kind: str = ""
    source: str = ""
    community_id: UUID | None = None
    min_severity: int = 1
    member_ids: tuple[UUID, ...] = ()


def get_case(case_id: UUID) -> Case:
    """Return a case with what belongs to it.

    Raises:
        CaseNotFound: when there is none.
    """
    case = Case.objects.select_related("community", "member").filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    return case


def find_open_case(subject_kind: str, subject_id: UUID) -> Case | None:
    """Return the open case about a subject, or None."""
    return Case.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, state=Case.State.OPEN
    ).first()


def was_decided_since(subject_kind: str, subject_id: UUID, since: datetime) -> bool:
    """Tell whether a subject was judged at some time from an instant on."""
    return Case.objects.filter(
        subject_kind=subject_kind, subject_id=subject_id, decision__decided_at__gte=since
    ).exists()


def list_cases(wanted: CaseFilter) -> QuerySet[Case]:
    """Return cases without order; see :func:`in_queue_order` and ``cut_page``."""
    cases = Case.objects.select_related("community", "member").filter(severity__gte=wanted.min_severity)
    if wanted.state:
        cases = cases.filter(state=wanted.state)
    if wanted.subject_kind:
        cases = cases.filter(subject_kind=wanted.subject_kind)
    if wanted.source:
        cases = cases.filter(sources__contains=[wanted.source])
    if wanted.community_id:
        cases = cases.filter(community_id=wanted.community_id)
    if wanted.member_ids:
        cases = cases.filter(member__in=wanted.member_ids)
    return cases


def in_queue_order(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Order cases as they are to be looked at: the gravest first, of those the oldest."""
    return cases.order_by("-severity", "opened_at", "id")


def find_next_case(actor_key: str, now: datetime, wanted: CaseFilter | None = None) -> Case | None:
    """Return the first case of the queue that nobody else is looking at."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=actor_key)
    return in_queue_order(list_cases(wanted or CaseFilter()).filter(free)).first()


def count_cases() -> Counter[str]:
    """Return how many open cases there are by source, and altogether under an empty text."""
    found: Counter[str] = Counter()
    open_cases = Case.objects.filter(state=Case.State.OPEN)
    for sources in open_cases.values_list("sources", flat=True):
        found.update(["", *sources])
    return found


def oldest_open() -> datetime | None:
    """Return since when the oldest open case waits."""
    return (
        Case.objects.filter(state=Case.State.OPEN)
        .order_by(F("opened_at"))
        .values_list("opened_at", flat=True)
        .first()
    )
