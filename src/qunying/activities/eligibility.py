"""The one check of who may take part, for every kind of activity."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.activities.models import Activity, AudienceMember, State
from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member, list_own_ids
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.rewards.barring import list_barring
from qunying.rewards.suspending import check_not_suspended


class ActivityNotOpen(Problem):
    """The activity is not open at this instant."""

    code = "activity_not_open"
    kind = Kind.CONFLICT
    message = _("“{title}” is not open at the moment.")


class ActivityNotForYou(Problem):
    """The member is outside the audience, held out, or of the staff. Which of these is not told: they may read it."""

    code = "activity_not_for_you"
    kind = Kind.CONFLICT
    message = _("“{title}” is not open to you. Others will come.")


class AccountTooNew(Problem):
    """The member has joined too recently."""

    code = "account_too_new"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "“{title}” is for members of at least {days} day.",
        "“{title}” is for members of at least {days} days.",
        "days",
    )


def check_open(activity: Activity, now: datetime) -> None:
    """Refuse outside of the published times.

    Raises:
        ActivityNotOpen.
    """
    if activity.state != State.OPEN or not activity.opens_at <= now < activity.closes_at:
        raise ActivityNotOpen(title=activity.title)


def check_eligible(activity: Activity, member_id: UUID, now: datetime) -> UUID:
    """Return the id of the member as who they are now, when they may take part.

    Raises:
        MemberNotFound, ActivityNotOpen.
        ActivityNotForYou: of the staff, held out of the campaign, or not in the frozen audience.
        AccountTooNew, RewardsSuspended, MemberRestricted.
    """
    check_open(activity, now)
    member = get_living_member(member_id)
    check_addressed(activity, member.id)
    days = activity.min_account_days
    if days and member.created_at > now - timedelta(days=days):
        raise AccountTooNew(title=activity.title, days=days)
    check_not_suspended(member.id, now)
    require_unrestricted(member.id, None, now, takes="activities")
    return member.id


def check_addressed(activity: Activity, member_id: UUID) -> None:
    """Refuse whom an activity is not for.

    Raises:
        ActivityNotForYou.
    """
    if not list_addressed([activity], member_id):
        raise ActivityNotForYou(title=activity.title)


def list_addressed(activities: Collection[Activity], member_id: UUID) -> list[Activity]:
    """Return those of the activities that are for a member: nobody of the staff, not held out, in the frozen audience."""
    if list_staff_accounts({member_id}):
        return []
    barring = list_barring(member_id, {each.campaign_id for each in activities if each.campaign_id})
    narrow = [each.id for each in activities if each.segment_id is not None]
    reached: set[UUID] = set()
    if narrow:
        audience = AudienceMember.objects.filter(activity__in=narrow, member_id__in=list_own_ids(member_id))
        reached = set(audience.values_list("activity_id", flat=True))
    return [
        each
        for each in activities
        if each.campaign_id not in barring and (each.segment_id is None or each.id in reached)
    ]
