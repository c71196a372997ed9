"""Reports about one thing: in turn, and counted by people."""

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.members.queries.resolve_members import present_ids
from qunying.moderation.models import Report


def count_people(reports: QuerySet[Report]) -> int:
    """Return how many different people reported; whoever was merged is one."""
    reporters = set(reports.values_list("reporter_id", flat=True))
    people = set(present_ids(reporters).values())
    failpoint("moderation.counted")
    return len(people)


def wait_for_other_reports(subject_id: UUID) -> None:
    """Let reports about one thing follow each other: of those who come at once, each counts all before it."""
    if not disabled_guard("moderation.report"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"report:{subject_id}"])
