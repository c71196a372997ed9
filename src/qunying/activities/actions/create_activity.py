"""Write a new activity."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.activities.drafting import Draft, fill, new_activity, save_version
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class ActivityWritten:
    """The activity, and the version of its rules."""

    activity_id: UUID
    version: int


@action
def create_activity(*, command_id: str, actor: Actor, now: datetime, draft: Draft) -> ActivityWritten:
    """Start an activity as a draft.

    Raises:
        UnknownKind, BadSettings, BadText, ReasonNotFit, BadActivityDates, BadActivityLimits, SegmentNotFound.
    """
    activity = new_activity(actor, now)
    fill(activity, draft)
    activity.save(force_insert=True)
    save_version(activity, actor, now)
    return ActivityWritten(activity.id, activity.version)
