"""A member goes into the room of a live session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.actions.take_part import take_part
from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_open
from qunying.activities.events import LIVE_ENTERED
from qunying.activities.kinds.live import Live, LiveSettings, find_booking
from qunying.activities.limits import hold_turns
from qunying.activities.models import Activity, LiveBooking
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member


class RoomClosed(Problem):
    """Members are not led into the room at this time."""

    code = "room_closed"
    kind = Kind.CONFLICT
    message = _("The way into “{title}” is open from shortly before its start to its end.")


@dataclass(frozen=True)
class RoomEntered:
    """The address of the room as the rules have it, and whether it is the member's first time there."""

    address: str
    is_first: bool


@action
def enter_room(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID
) -> RoomEntered:
    """Note that a member goes into the room, the first time; who has not booked is booked in the same step.

    Raises:
        UnknownActivity, MemberNotFound, MemberErased, ActivityNotOpen, RoomClosed.
        ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted, TurnsUsedUp: who has not booked, and may not.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.enter_room")
    act = Act(command_id=command_id, actor=actor, now=now)
    activity = join_activity(activity_id, kind=Live.slug)
    check_open(activity, now)
    rules = LiveSettings.model_validate(activity.settings)
    if not rules.room_opens() <= now < rules.ends():
        raise RoomClosed(title=activity.title)
    member = get_living_member(member_id).id
    booking = booked(activity, member, act)
    is_first = booking.came_at is None
    if is_first:
        booking.came_at = now
        booking.save(update_fields=["came_at"])
        tell(LIVE_ENTERED, activity, now, member)
    return RoomEntered(rules.room, is_first)


def booked(activity: Activity, member_id: UUID, act: Act) -> LiveBooking:
    """Return a member's booking, made now if there was none; nothing else of theirs happens here until the transaction ends."""
    hold_turns(activity, member_id, act["now"])
    booking = find_booking(activity, member_id)
    if booking is not None:
        return booking
    take_part(**act, activity_id=activity.id, member_id=member_id)
    return LiveBooking.objects.get(activity=activity, member_id=member_id, cancelled_at=None)
