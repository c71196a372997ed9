"""Who is on duty in a community."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from qunying.communities.models import Duty


def find_on_duty(community_id: UUID, day: date) -> Duty | None:
    """Return the duty that holds on a local day, with its person, or None.

    What is said of the day counts before what is said of its weekday, what is said of the community before what is said of all.
    """
    said = Duty.objects.filter(
        Q(community=community_id) | Q(community=None), Q(day=day) | Q(weekday=day.weekday())
    ).select_related("person")
    return max(said, key=lambda duty: (duty.day is not None, duty.community_id is not None), default=None)


def list_duties(day: date) -> list[Duty]:
    """Return the weekly pattern and the exceptions from a day on."""
    duties = Duty.objects.filter(Q(day=None) | Q(day__gte=day)).select_related("person", "community")
    return list(duties.order_by("community__name", "weekday", "day"))
