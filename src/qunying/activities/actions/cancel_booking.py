"""Cancel the booking of a live session."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.drafting import join_activity
from qunying.activities.events import LIVE_CANCELLED
from qunying.activities.kinds.live import Live, LiveSettings, find_booking
from qunying.activities.limits import hold_turns
from qunying.activities.models import LiveBooking
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_member, list_own_ids


class UnknownBooking(Problem):
    """The member has not booked the live session."""

    code = "unknown_booking"
    kind = Kind.NOT_FOUND
    message = _("There is no such booking.")


class BookingOver(Problem):
    """The live session has begun, or the member went in."""

    code = "booking_over"
    kind = Kind.CONFLICT
    message = _("This booking can no longer be cancelled: the session has begun.")


@action
def cancel_booking(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID
) -> UUID:
    """Cancel a member's booking before the session begins, and return its id; they are not reminded.

    Raises:
        UnknownActivity, MemberNotFound, UnknownBooking, BookingOver.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.cancel_booking")
    activity = join_activity(activity_id, kind=Live.slug)
    member = get_member(member_id).id
    hold_turns(activity, member, now)
    booking = find_booking(activity, member)
    if booking is None:
        raise UnknownBooking
    if booking.came_at is not None or now >= LiveSettings.model_validate(activity.settings).starts():
        raise BookingOver
    held = LiveBooking.objects.filter(
        activity=activity, member_id__in=list_own_ids(member), cancelled_at=None, came_at=None
    )
    held.update(cancelled_at=now)  # a person who was merged may have booked twice
    tell(LIVE_CANCELLED, activity, now, member)
    return booking.id
