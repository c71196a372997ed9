"""Remind a member of tomorrow's gathering."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.actions.cancel_registration import UnknownRegistration
from qunying.activities.kinds.gathering import GatheringSettings
from qunying.activities.messages_of import send_reminder
from qunying.activities.models import Registration
from qunying.kernel import clock
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@action
def remind_of_gathering(*, command_id: str, actor: Actor, now: datetime, registration_id: UUID) -> bool:
    """Send a reminder to a member who asked for one, once, on the day before; tell whether one went out.

    Raises:
        UnknownRegistration.
    """
    registration = (
        Registration.objects.select_for_update(of=["self"])
        .select_related("activity")
        .filter(pk=registration_id)
        .first()
    )
    if registration is None:
        raise UnknownRegistration
    zone = get_brand().zone
    starts = GatheringSettings.model_validate(registration.activity.settings).starts()
    is_tomorrow = clock.local_day(starts, zone) - timedelta(days=1) == clock.local_day(now, zone)
    asked = registration.remind and registration.reminded_at is None
    if not (asked and is_tomorrow and registration.state == Registration.State.REGISTERED):
        return False
    send_reminder(registration, starts, Act(command_id=command_id, actor=actor, now=now))
    registration.reminded_at = now
    registration.save(update_fields=["reminded_at"])
    return True
