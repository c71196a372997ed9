"""The campaigns there are."""

from collections.abc import Sequence

from django.db.models import QuerySet

from qunying.campaigns.models import Campaign, Lesson


def list_campaigns(*, states: Sequence[str] = (), search: str = "") -> QuerySet[Campaign]:
    """Return campaigns, of some states and with a part of the name when given; order and pages are the"
    " caller's."""
    found = Campaign.objects.all()
    if states:
        found = found.filter(state__in=states)
    return found.filter(name__icontains=search) if search else found


def list_lessons(size: int = 20) -> Sequence[Lesson]:
    """Return what the latest campaigns taught, newest first, for whoever writes the next plan."""
    return list(Lesson.objects.select_related("campaign").order_by("-at", "-id")[:size])
