"""Work of activities that comes round by itself: closing at the published end, settling what waits for nobody."""

from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, State
from qunying.kernel import actors, clock
from qunying.kernel.jobs import job


@job(every="* * * * *")
def end_activities() -> None:
    """Close what has reached its end, then settle what can be settled. Running it again changes nothing."""
    now, actor = clock.now(), actors.system("end_activities")
    for activity in Activity.objects.filter(state=State.OPEN, closes_at__lte=now).order_by("closes_at"):
        close_activity(command_id=f"close:{activity.id}", actor=actor, now=now, activity_id=activity.id)
    for activity in Activity.objects.filter(state=State.CLOSED).order_by("closes_at"):
        if kind_of(activity.kind).settles_by_itself(activity):
            settle_activity(command_id=f"settle:{activity.id}", actor=actor, now=now, activity_id=activity.id)
