"""Let a member in at the door of a gathering."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.actions.cancel_registration import UnknownRegistration
from qunying.activities.drafting import join_activity
from qunying.activities.events import GATHERING_ATTENDED
from qunying.activities.kinds.gathering import GatheringSettings
from qunying.activities.models import Activity, Award, Registration, State
from qunying.activities.prizes import award_prize
from qunying.activities.stock import take_unit
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import require_living


class DoorClosed(Problem):
    """It is not the time at which members are let in."""

    code = "door_closed"
    kind = Kind.CONFLICT
    message = _(
        "The door of “{title}” is closed: members are let in from shortly before the start to the end."
    )


class AlreadyAdmitted(Problem):
    """The member is inside: a code lets in once."""

    code = "already_admitted"
    kind = Kind.CONFLICT
    message = _("This code was used before: the member is inside.")


class NotAdmitted(Problem):
    """The registration is in the waiting list, was cancelled, or is over."""

    code = "not_admitted"
    kind = Kind.CONFLICT
    message = _("This registration lets nobody in: it is “{state}”.")


@dataclass(frozen=True)
class MemberAdmitted:
    """Who came, and the name of what they got for it."""

    registration_id: UUID
    member_id: UUID
    prize: str


@action
def admit_member(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, registration_id: UUID
) -> MemberAdmitted:
    """Let a member in, once; who comes gets the prize while there are some.

    Raises:
        UnknownActivity, UnknownRegistration, MemberErased, DoorClosed, AlreadyAdmitted, NotAdmitted.
    """
    activity = join_activity(activity_id)
    found = Registration.objects.filter(pk=registration_id, activity=activity).first()
    if found is None:
        raise UnknownRegistration
    require_living(found.member_id)
    rules = GatheringSettings.model_validate(activity.settings)
    if activity.state not in {State.OPEN, State.CLOSED} or not rules.door_opens() <= now < rules.ends():
        raise DoorClosed(title=activity.title)
    registered = Registration.objects.filter(pk=found.pk, state=Registration.State.REGISTERED)
    if disabled_guard("activities.door_guard"):
        let_in = registered.exists()
        failpoint("activities.door_checked")
        registered = Registration.objects.filter(pk=found.pk)
    else:
        let_in = True
    changed = registered.update(state=Registration.State.ATTENDED, ended_at=now, admitted_by=actor.key)
    if not let_in or not changed:
        found.refresh_from_db()
        if found.state == Registration.State.ATTENDED:
            raise AlreadyAdmitted
        raise NotAdmitted(state=str(found.get_state_display()))
    tell(GATHERING_ATTENDED, activity, now, found.member_id)
    award = _reward(activity, rules, found, by_the_rules(Act(command_id=command_id, actor=actor, now=now)))
    return MemberAdmitted(found.pk, found.member_id, award.name if award else "")


def _reward(
    activity: Activity, rules: GatheringSettings, registration: Registration, act: Act
) -> Award | None:
    for prize in rules.prizes:
        serial = take_unit(activity, prize.key, act)
        if serial is not None:
            return award_prize(
                activity,
                registration.member_id,
                prize,
                act,
                participation=registration.participation,
                serial=serial,
            )
    return None
