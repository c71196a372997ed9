"""Cases, for the queue and for the member whose they are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from qunying.members.queries.get_member import list_own_ids
from qunying.vetting.deciding import UnknownCase
from qunying.vetting.models import Case
from qunying.vetting.reasons import REASONS, Reason
from qunying.vetting.subjects import SUBJECTS

APPEALED = "appealed"


@dataclass(frozen=True)
class CaseShown:
    """A case with the words for it."""

    case: Case
    title: str
    about: str
    reasons: list[Reason]


def get_case(case_id: UUID) -> Case:
    """Return a case.

    Raises:
        UnknownCase.
    """
    case = Case.objects.select_related("member").filter(pk=case_id).first()
    if case is None:
        raise UnknownCase
    return case


def list_cases(state: str = "") -> QuerySet[Case]:
    """Return cases in a state; ``appealed``: those whose appeal waits for a judge."""
    found = Case.objects.select_related("member")
    if state == APPEALED:
        return found.filter(appealed_at__isnull=False, judged_at=None)
    return found.filter(state=state) if state else found


def list_own_cases(member_id: UUID) -> list[Case]:
    """Return what is or was held of a member, newest first."""
    return list(Case.objects.filter(member_id__in=list_own_ids(member_id)).order_by("-filed_at", "-id")[:100])


def list_waiting(subject_kind: str, subject_ids: Collection[UUID]) -> set[UUID]:
    """Return which of some things wait for a person."""
    waiting = Case.objects.filter(
        subject_kind=subject_kind, subject_id__in=subject_ids, state=Case.State.WAITING
    )
    return set(waiting.values_list("subject_id", flat=True))


def count_waiting() -> int:
    """Return how many cases or appeals wait for a person."""
    return Case.objects.filter(state=Case.State.WAITING).count() + list_cases(APPEALED).count()


def put_into_words(cases: list[Case]) -> list[CaseShown]:
    """Return cases with what they are called and why they are held."""
    about: dict[tuple[str, UUID], str] = {}
    for kind in {case.subject_kind for case in cases} & set(SUBJECTS):
        ids = [case.subject_id for case in cases if case.subject_kind == kind]
        about |= {(kind, key): text for key, text in SUBJECTS[kind].describe(ids).items()}
    return [
        CaseShown(
            case,
            str(SUBJECTS[case.subject_kind].title) if case.subject_kind in SUBJECTS else case.subject_kind,
            about.get((case.subject_kind, case.subject_id), ""),
            [REASONS[code] for code in case.reasons if code in REASONS],
        )
        for case in cases
    ]
