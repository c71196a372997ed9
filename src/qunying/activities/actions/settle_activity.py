"""Settle an activity that has closed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds import kind_of
from qunying.activities.models import State
from qunying.activities.settling import finish
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@dataclass(frozen=True)
class ActivitySettled:
    """The digest of what was published, and the money that went back in minor units."""

    activity_id: UUID
    digest: str
    given_back_minor: int


@action
def settle_activity(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID) -> ActivitySettled:
    """Publish everything, and give back what is left.

    Raises:
        UnknownActivity.
        WrongActivityState: it is not closed, or waits for something else (a draw, for its public value).
    """
    activity = lock_activity(activity_id, State.CLOSED)
    kind = kind_of(activity.kind)
    if not kind.settles_by_itself(activity):
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    bundle = kind.settle(activity, act)
    back = finish(activity, bundle, act)
    return ActivitySettled(activity.id, (bundle or {}).get("digest", ""), max(back, 0))
