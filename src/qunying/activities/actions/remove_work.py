"""Take a work out of a contest."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.vote_for_work import UnknownWork
from qunying.activities.drafting import WrongActivityState, join_activity
from qunying.activities.models import ContestWork, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def remove_work(*, command_id: str, actor: Actor, now: datetime, work_id: UUID, reason: str) -> UUID:
    """Take a work out before the contest is settled and return it; its member reads the reason, votes for it are void.

    Raises:
        UnknownWork, BadText, WrongActivityState.
    """
    work = ContestWork.objects.filter(pk=work_id, removed_at=None).first()
    if work is None:
        raise UnknownWork
    activity = join_activity(work.activity_id)
    if activity.state not in {State.OPEN, State.CLOSED}:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    work.reason = checked_text(reason, field="reason", max_length=200)
    work.removed_at, work.removed_by = now, actor.key
    work.save(update_fields=["reason", "removed_at", "removed_by"])
    return work.id
