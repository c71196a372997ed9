"""Remind a member of a live session that begins soon."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.cancel_booking import UnknownBooking
from qunying.activities.kinds.live import LiveSettings
from qunying.activities.messages_of import send_live_reminder
from qunying.activities.models import LiveBooking, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@action
def remind_of_live_session(*, command_id: str, actor: Actor, now: datetime, booking_id: UUID) -> bool:
    """Send a reminder to a member who asked for one, once, in the minutes before the start; tell whether one went out.

    Raises:
        UnknownBooking.
    """
    held = LiveBooking.objects.select_for_update(of=["self"]).select_related("activity")
    booking = held.filter(pk=booking_id).first()
    if booking is None:
        raise UnknownBooking
    rules = LiveSettings.model_validate(booking.activity.settings)
    asked = booking.remind and booking.reminded_at is None and booking.cancelled_at is None
    is_time = booking.activity.state == State.OPEN and rules.reminds() <= now < rules.starts()
    if not (asked and is_time):
        return False
    send_live_reminder(booking, rules.starts(), Act(command_id=command_id, actor=actor, now=now))
    booking.reminded_at = now
    booking.save(update_fields=["reminded_at"])
    return True
