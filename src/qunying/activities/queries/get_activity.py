"""One activity, and lists of them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from qunying.activities.drafting import find_activity
from qunying.activities.eligibility import list_addressed
from qunying.activities.models import Activity, Award, Participation, State

RESULTS_SHOWN_FOR = timedelta(days=30)


def get_activity(activity_id: UUID, *, kind: str = "") -> Activity:
    """Return an activity; of a kind when one is named.

    Raises:
        UnknownActivity: when there is none.
    """
    return find_activity(activity_id, kind=kind)


def list_activities(*, state: str = "", kind: str = "", search: str = "") -> QuerySet[Activity]:
    """Return activities, newest first where a page is cut; a search looks at titles and partners."""
    found = Activity.objects.all()
    if state:
        found = found.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if not search:
        return found
    return found.filter(Q(title__icontains=search) | Q(settings__partner__name__icontains=search))


def count_parts(activity_ids: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return how often, and by how many members, each of some activities was taken part in."""
    rows = (
        Participation.objects.filter(activity__in=activity_ids)
        .values("activity_id")
        .annotate(times=Count("id"), members=Count("member", distinct=True))
    )
    return {row["activity_id"]: (row["times"], row["members"]) for row in rows}


def list_shown(now: datetime) -> list[Activity]:
    """Return what members are shown: open ones, the soonest to close first, then results of the last 30 days."""
    ended = Activity.objects.filter(
        Q(state=State.SETTLED, settled_at__gt=now - RESULTS_SHOWN_FOR)
        | Q(state=State.CLOSED)
        | Q(state=State.OPEN, closes_at__lte=now)
    ).order_by("-closes_at")
    return [*list_open(now), *ended[:30]]


def list_open(now: datetime) -> list[Activity]:
    """Return what is open or opens later, the soonest to close first."""
    return list(Activity.objects.filter(state=State.OPEN, closes_at__gt=now).order_by("closes_at")[:100])


def list_for(activities: list[Activity], member_id: UUID | None) -> list[Activity]:
    """Return those of the activities that are listed for a member (None: somebody who has not signed in), in their order.

    One for a segment or a campaign is listed only for those it is for.
    """
    narrow = [each for each in activities if each.segment_id is not None or each.campaign_id is not None]
    hidden = {each.id for each in narrow}
    if narrow and member_id is not None:
        hidden -= {each.id for each in list_addressed(narrow, member_id)}
    return [each for each in activities if each.id not in hidden]


def list_awards(
    *, activity_id: UUID | None = None, member_ids: list[UUID] | None = None, state: str = ""
) -> QuerySet[Award]:
    """Return prizes that were won: of an activity, of a member under all of their ids, in a state."""
    found = Award.objects.select_related("activity")
    if activity_id is not None:
        found = found.filter(activity_id=activity_id)
    if member_ids is not None:
        found = found.filter(member_id__in=member_ids)
    return found.filter(state=state) if state else found


def list_parts(activity_id: UUID, member_ids: list[UUID] | None = None) -> QuerySet[Participation]:
    """Return who took part in an activity; those of a member under all of their ids."""
    found = Participation.objects.filter(activity_id=activity_id)
    return found.filter(member_id__in=member_ids) if member_ids is not None else found


def list_taken(member_ids: list[UUID]) -> list[Activity]:
    """Return the activities that a member took part in under any of their ids, the latest to close first, at most fifty."""
    parts = Participation.objects.filter(activity=OuterRef("pk"), member_id__in=member_ids)
    return list(Activity.objects.filter(Exists(parts)).order_by("-closes_at")[:50])
