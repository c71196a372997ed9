"""Open an activity."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.audience import freeze_audience
from qunying.activities.checklist import check_launch
from qunying.activities.drafting import lock_activity
from qunying.activities.events import ACTIVITY_OPENED
from qunying.activities.kinds import kind_of
from qunying.activities.models import State
from qunying.activities.promises import make_secret
from qunying.activities.purse import fill_purse
from qunying.activities.telling import tell
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem


class LaunchBlocked(Problem):
    """Something on the checklist is not in order."""

    code = "launch_blocked"
    kind = Kind.CONFLICT
    message = _("This cannot open yet: {reasons}")


@dataclass(frozen=True)
class ActivityOpened:
    """What is published with the opening: the hash of the rules, and the promise where chance decides."""

    activity_id: UUID
    rules_hash: str
    commitment: str


@action
def open_activity(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID) -> ActivityOpened:
    """Open an approved activity; members can take part from its published time on.

    The audience is frozen, stock and money are set aside, the promise is made. From here on nothing can be changed.

    Raises:
        UnknownActivity, WrongActivityState, LaunchBlocked, NobodyAddressed.
        BudgetExhausted: the campaign's budget has gone elsewhere meanwhile.
    """
    activity = lock_activity(activity_id, State.APPROVED)
    missing = [item.title for item in check_launch(activity, now) if not item.ok]
    if missing:
        raise LaunchBlocked(reasons="; ".join(missing))
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    kind = kind_of(activity.kind)
    freeze_audience(activity, now)
    activity.commitment = kind.promise(activity, make_secret(activity))
    kind.furnish(activity, act)
    fill_purse(activity, kind.read(activity).money_minor(), act)
    activity.state, activity.opened_at, activity.opened_by = State.OPEN, now, actor.key
    activity.save()
    tell(ACTIVITY_OPENED, activity, now, commitment=activity.commitment)
    return ActivityOpened(activity.id, activity.rules_hash, activity.commitment)
