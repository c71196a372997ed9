"""End a gathering: who did not come is noted."""

from datetime import datetime
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds.gathering import Gathering, GatheringSettings
from qunying.activities.models import Registration, State
from qunying.activities.settling import finish
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@action
def finish_gathering(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID) -> int:
    """Settle a gathering that is over, and return how many had registered and did not come.

    Raises:
        UnknownActivity.
        WrongActivityState: it is no gathering, its registration has not closed, or it is not over.
    """
    activity = lock_activity(activity_id, State.CLOSED)
    is_over = (
        activity.kind == Gathering.slug and now >= GatheringSettings.model_validate(activity.settings).ends()
    )
    if not is_over:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    of = Registration.objects.filter(activity=activity)
    missing = of.filter(state=Registration.State.REGISTERED)
    count = missing.update(state=Registration.State.NO_SHOW, ended_at=now)
    of.filter(state=Registration.State.WAITING).update(state=Registration.State.CANCELLED, ended_at=now)
    finish(activity, None, by_the_rules(Act(command_id=command_id, actor=actor, now=now)))
    return count
