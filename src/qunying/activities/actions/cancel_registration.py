"""Give up a place at a gathering."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import join_activity
from qunying.activities.events import PLACE_GIVEN_UP
from qunying.activities.kinds.gathering import GatheringSettings, give_place_back, hold_places
from qunying.activities.messages_of import tell_moved_up
from qunying.activities.models import Registration
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids


class UnknownRegistration(Problem):
    """There is no such registration, or it is somebody else's."""

    code = "unknown_registration"
    kind = Kind.NOT_FOUND
    message = _("There is no such registration.")


class RegistrationOver(Problem):
    """The registration was cancelled or used before, or the gathering has begun."""

    code = "registration_over"
    kind = Kind.CONFLICT
    message = _("This registration can no longer be cancelled.")


class UnknownDoorCode(UnknownRegistration):
    """Nobody registered has the code that was typed."""

    code = "unknown_door_code"
    kind = Kind.NOT_FOUND
    message = _("No registration for “{title}” has this code. Let the member show it again.")


@action
def cancel_registration(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, registration_id: UUID
) -> UUID | None:
    """Give a place back; the first who waits moves up, and the id of their registration is returned.

    Raises:
        UnknownActivity, UnknownRegistration.
        RegistrationOver: cancelled or used before, or the gathering has begun.
    """
    activity = join_activity(activity_id)
    found = Registration.objects.filter(pk=registration_id, activity=activity).first()
    if found is None or (
        actor.kind == "member" and str(found.member_id) not in map(str, list_own_ids(UUID(actor.id)))
    ):
        raise UnknownRegistration
    hold_places(activity)
    registration = (
        Registration.objects.select_for_update(of=["self"]).select_related("activity").get(pk=found.pk)
    )
    was_registered = registration.state == Registration.State.REGISTERED
    begun = now >= GatheringSettings.model_validate(activity.settings).starts()
    if begun or not (was_registered or registration.state == Registration.State.WAITING):
        raise RegistrationOver
    registration.state, registration.ended_at = Registration.State.CANCELLED, now
    registration.save(update_fields=["state", "ended_at"])
    tell(PLACE_GIVEN_UP, activity, now, registration.member_id)
    if not was_registered:
        return None
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    moved_up = give_place_back(registration, act)
    if moved_up is None:
        return None
    tell_moved_up(moved_up, act)
    return moved_up.pk
