"""Let a member in at the door of a gathering."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.cancel_registration import UnknownRegistration
from qunying.activities.admitting import MemberAdmitted, let_in
from qunying.activities.drafting import join_activity
from qunying.activities.models import Registration
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.members.queries.get_member import require_living


@action
def admit_member(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, registration_id: UUID
) -> MemberAdmitted:
    """Let a member in, once; who comes gets the prize while there are some.

    Raises:
        UnknownActivity, UnknownRegistration, MemberErased, DoorClosed, AlreadyAdmitted, NotAdmitted.
    """
    activity = join_activity(activity_id)
    rows = Registration.objects.select_related("activity", "participation")
    found = rows.filter(pk=registration_id, activity=activity).first()
    if found is None:
        raise UnknownRegistration
    require_living(found.member_id)
    return let_in(found, Act(command_id=command_id, actor=actor, now=now))
