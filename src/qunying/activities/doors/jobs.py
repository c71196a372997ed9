"""Work of activities that comes round by itself: closing, settling, ranking, letting rights and teams go."""

from datetime import timedelta

from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.end_team import end_team
from qunying.activities.actions.expire_right import expire_right
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, State, Team
from qunying.activities.rights import list_due
from qunying.activities.window import window_of
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


@job(every="* * * * *")
def rank_windows() -> None:
    """Rank the fair windows that are over; also asked for when each of them ends."""
    now, actor = clock.now(), actors.system("rank_windows")
    sales = Activity.objects.filter(state=State.OPEN, kind="flash_sale", opens_at__lte=now, proof=None)
    for activity in sales:
        window = window_of(activity)
        if window and now >= activity.opens_at + timedelta(seconds=window):
            rank_window(command_id=f"rank:{activity.id}", actor=actor, now=now, activity_id=activity.id)


@job(every="* * * * *")
def release_rights() -> None:
    """Let go the rights whose time is over, and teams that were not full in time. Running it again changes nothing."""
    now, actor = clock.now(), actors.system("release_rights")
    for right_id in list_due(now):
        expire_right(command_id=f"expire:{right_id}", actor=actor, now=now, right_id=right_id)
    for team in Team.objects.filter(state=Team.State.OPEN, deadline__lte=now).order_by("deadline"):
        end_team(command_id=f"end:{team.id}", actor=actor, now=now, team_id=team.id)
