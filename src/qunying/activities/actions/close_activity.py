"""Close an activity."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import lock_activity
from qunying.activities.events import ACTIVITY_CLOSED
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, Proof, State
from qunying.activities.stock import levels_of
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem


class ClosesLater(Problem):
    """Members were promised more time."""

    code = "activity_closes_later"
    kind = Kind.CONFLICT
    message = _("“{title}” was promised until its published end, and something is left.")


def may_close(activity: Activity, now: datetime) -> bool:
    """Tell whether an open activity may close: at its published end, before it only when everything is gone."""
    plays = levels_of(activity).get("")
    return now >= activity.closes_at or (plays is not None and not plays.left)


@action
def close_activity(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID) -> str:
    """Let nobody take part any more and return the hash root that is published, where there is one.

    Before the published end only when everything is gone.

    Raises:
        UnknownActivity, WrongActivityState, ClosesLater.
    """
    activity = lock_activity(activity_id, State.OPEN)
    if not may_close(activity, now):
        raise ClosesLater(title=activity.title)
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    activity.state, activity.closed_at = State.CLOSED, now
    closing = kind_of(activity.kind).close(activity, act)
    told = {"closing": closing, "published_at": now if closing else None}
    Proof.objects.get_or_create(activity=activity, defaults=told)
    activity.save()
    tell(ACTIVITY_CLOSED, activity, now)
    return str((closing or {}).get("root", ""))
