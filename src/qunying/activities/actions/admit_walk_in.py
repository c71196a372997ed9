"""Register a member at the door of a gathering and let them in, in one step."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.admitting import MemberAdmitted, check_door, let_in
from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import ACTIVITY_JOINED
from qunying.activities.kinds.gathering import Gathering, GatheringSettings, find_registration, register
from qunying.activities.kinds.kind import Turn
from qunying.activities.limits import hold_turns, take_turn
from qunying.activities.models import Activity, Registration
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member


class NoWalkIns(Problem):
    """Only who has registered is let in."""

    code = "no_walk_ins"
    kind = Kind.CONFLICT
    message = _("“{title}” lets in only members who have registered.")


@action
def admit_walk_in(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID
) -> MemberAdmitted:
    """Let in a member who comes without a code: who has not registered takes a place that is left at the door.

    Raises:
        UnknownActivity, MemberNotFound, MemberErased, NoWalkIns, DoorClosed.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted, TurnsUsedUp: as
            registering.
        NoPlaceLeft.
        AlreadyAdmitted, NotAdmitted: they are inside, or on the waiting list.
    """
    activity = join_activity(activity_id)
    if activity.kind != Gathering.slug or not GatheringSettings.model_validate(activity.settings).walk_ins:
        raise NoWalkIns(title=activity.title)
    check_door(activity, now)
    act = Act(command_id=command_id, actor=actor, now=now)
    member = get_living_member(member_id).id
    hold_turns(activity, member, now)  # whoever registers them at this moment is waited for
    return let_in(find_registration(activity, member) or _register(activity, member, act), act)


def _register(activity: Activity, member_id: UUID, act: Act) -> Registration:
    check_eligible(activity, member_id, act["now"])
    number = take_turn(activity, member_id, **act)
    registered = register(Turn(activity, member_id, number, "", act), may_wait=False)
    tell(ACTIVITY_JOINED, activity, act["now"], member_id, number=str(number), given="")
    return registered
