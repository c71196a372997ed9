"""What members asked about their data."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.members.models import DataRequest
from qunying.members.queries.get_member import list_own_ids


def list_data_requests(*, member_id: UUID | None = None, state: str = "") -> QuerySet[DataRequest]:
    """Return requests: of a member under all of their ids, in a state; the first due first."""
    found = DataRequest.objects.select_related("member").order_by("due_at", "pk")
    if member_id is not None:
        found = found.filter(member__in=list_own_ids(member_id))
    return found.filter(state=state) if state else found
