"""Make an approved activity a draft again, or give it up."""

from datetime import datetime
from uuid import UUID

from qunying.activities.drafting import lock_activity
from qunying.activities.models import State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def withdraw_activity(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, for_good: bool = False
) -> str:
    """Take an activity back before it has opened and return its state: a draft, or cancelled for good.

    Raises:
        UnknownActivity, WrongActivityState.
    """
    activity = lock_activity(activity_id, State.DRAFT, State.APPROVED)
    activity.state = State.CANCELLED if for_good else State.DRAFT
    activity.rules_hash = activity.approved_by = ""
    activity.save()
    return str(activity.state)
