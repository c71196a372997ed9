"""Who registered for a gathering."""

from django.db.models import QuerySet

from qunying.activities.models import Activity, Registration


def list_registrations(activity: Activity, state: str = "") -> QuerySet[Registration]:
    """Return the registrations of a gathering, without order, with their members; of one state or of all."""
    found = Registration.objects.filter(activity=activity).select_related("member")
    return found.filter(state=state) if state else found
