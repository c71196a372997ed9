"""What is known of a person when they are judged."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from qunying.moderation.models import Case, Decision, Penalty, Report, Verdict
from qunying.moderation.people import own_ids


@dataclass(frozen=True)
class History:
    """A person's past, merged accounts included.

    Attributes:
        violations: decisions that they broke the rules and that stood, latest first.
        cleared: how many cases about them came to nothing.
        penalties: latest first, lifted ones as well.
        reported_by: how many different members reported them or what they said.
        open_cases: how many wait.
    """

    violations: list[Decision]
    cleared: int
    penalties: list[Penalty]
    reported_by: int
    open_cases: int

    @property
    def moments(self) -> list[datetime]:
        """When the earlier violations were decided."""
        return [decision.decided_at for decision in self.violations]


NO_HISTORY = History(violations=[], cleared=0, penalties=[], reported_by=0, open_cases=0)


def get_history(member_id: UUID, *, without: UUID | None = None) -> History:
    """Return the past of a person.

    Args:
        member_id: any id of theirs.
        without: a case to leave out, because it is the one that is being decided.
    """
    ids = own_ids(member_id)
    decisions = Decision.objects.filter(member__in=ids)
    cases = Case.objects.filter(member__in=ids, state=Case.State.OPEN)
    if without is not None:
        decisions, cases = decisions.exclude(case_id=without), cases.exclude(pk=without)
    stood = decisions.filter(verdict=Verdict.VIOLATION, reversed_at=None).select_related("violation", "case")
    penalties = Penalty.objects.filter(member__in=ids).select_related("decision__violation", "community")
    return History(
        violations=list(stood.order_by("-decided_at")),
        cleared=decisions.filter(verdict=Verdict.NO_VIOLATION).count(),
        penalties=list(penalties.order_by("-since")),
        reported_by=Report.objects.filter(reported_member__in=ids).aggregate(
            people=Count("reporter", distinct=True)
        )["people"],
        open_cases=cases.count(),
    )
