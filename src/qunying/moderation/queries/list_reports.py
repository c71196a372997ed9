"""What members reported."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.moderation.models import Report
from qunying.moderation.people import own_ids


def list_own_reports(member_id: UUID) -> list[Report]:
    """Return what a person reported, latest first, with the decisions about it."""
    found = Report.objects.filter(reporter__in=own_ids(member_id))
    return list(found.select_related("violation", "case__decision").order_by("-reported_at")[:100])


def list_reports(*, only_waiting: bool = False) -> QuerySet[Report]:
    """Return reports without order; those that are no case yet, if only they are asked for."""
    found = Report.objects.select_related("violation", "community", "reporter", "reported_member", "case")
    return found.filter(case=None) if only_waiting else found
