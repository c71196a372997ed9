"""Change a draft."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.create_activity import ActivityWritten
from qunying.activities.drafting import Draft, RulesAreFixed, fill, lock_activity, save_version
from qunying.activities.models import State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def change_activity(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    draft: Draft,
    seen: int | None = None,
) -> ActivityWritten:
    """Write a draft anew; the version before is kept.

    Raises:
        UnknownActivity.
        RulesAreFixed: it is no draft any more.
        RulesChangedMeanwhile: it is no longer the version that was ``seen``.
        UnknownKind, BadSettings, BadText, ReasonNotFit, BadActivityDates, BadActivityLimits, SegmentNotFound.
    """
    activity = lock_activity(activity_id, seen=seen)
    if activity.state != State.DRAFT:
        raise RulesAreFixed(title=activity.title)
    fill(activity, draft)
    activity.version += 1
    activity.changed_by = actor.key
    activity.save()
    save_version(activity, actor, now)
    return ActivityWritten(activity.id, activity.version)
