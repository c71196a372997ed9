"""Approve an activity."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.drafting import lock_activity
from qunying.activities.models import State
from qunying.activities.rules import rules_hash
from qunying.activities.second_person import needs_somebody_else
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class ActivityNeedsSecondPerson(Problem):
    """What may be given away is above the limit, and whoever approves wrote the rules."""

    code = "activity_needs_second_person"
    kind = Kind.CONFLICT
    message = _("What this may give away is above the limit for one person. Somebody else must approve it.")


@action
def approve_activity(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, seen: int | None = None
) -> str:
    """Approve a draft and return the hash by which its rules are pinned from now on.

    Args:
        seen: the version that the actor has seen: what they did not see, they do not approve.

    Raises:
        UnknownActivity, WrongActivityState, RulesChangedMeanwhile.
        ActivityNeedsSecondPerson: above the brand's limit, whoever wrote it may not approve it.
    """
    activity = lock_activity(activity_id, State.DRAFT, seen=seen)
    if needs_somebody_else(activity, actor):
        raise ActivityNeedsSecondPerson
    activity.state, activity.approved_by = State.APPROVED, actor.key
    activity.rules_hash = rules_hash(activity)
    activity.save()
    return activity.rules_hash
