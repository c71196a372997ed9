"""Work of activities that comes round by itself: closing, settling, ranking, letting rights and teams go."""

from contextlib import suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.end_team import end_team
from qunying.activities.actions.expire_right import expire_right
from qunying.activities.actions.finish_gathering import finish_gathering
from qunying.activities.actions.give_award import AwardNotWaiting, give_award
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.remind_of_gathering import remind_of_gathering
from qunying.activities.actions.remind_of_live_session import remind_of_live_session
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.gathering import Gathering, GatheringSettings
from qunying.activities.kinds.live import Live, LiveSettings
from qunying.activities.models import Activity, Award, LiveBooking, Registration, State, Team
from qunying.activities.rights import list_due
from qunying.activities.window import window_of
from qunying.kernel import actors, clock
from qunying.kernel.jobs import job
from qunying.kernel.problems import Problem

TWO_DAYS = timedelta(days=2)
BY_DAY = range(9, 20)


@job(every="* * * * *")
def end_activities() -> None:
    """Close what has reached its end, then settle what can be settled. Running it again changes nothing."""
    now, actor = clock.now(), actors.system("end_activities")
    for activity in Activity.objects.filter(state=State.OPEN, closes_at__lte=now).order_by("closes_at"):
        close_activity(command_id=f"close:{activity.id}", actor=actor, now=now, activity_id=activity.id)
    for activity in Activity.objects.filter(state=State.CLOSED, kind=Gathering.slug):
        if now >= GatheringSettings.model_validate(activity.settings).ends():
            finish_gathering(
                command_id=f"finish:{activity.id}", actor=actor, now=now, activity_id=activity.id
            )
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


@job(every="*/5 * * * *")
def give_prizes() -> None:
    """Give the prizes that were won together with many others, each on its own. Running it again gives none twice."""
    now, actor = clock.now(), actors.system("give_prizes")
    waiting = Award.objects.filter(state=Award.State.OWED, problem="").order_by("won_at", "id")
    for award_id in list(waiting.values_list("id", flat=True)):
        with suppress(AwardNotWaiting):  # somebody gave it meanwhile
            give_award(command_id=f"give:{award_id}", actor=actor, now=now, award_id=award_id)


@job(every="15 * * * *")
def remind_of_gatherings() -> None:
    """Remind members by day of tomorrow's gatherings, if they asked for it. Running it again reminds nobody twice."""
    now, actor = clock.now(), actors.system("remind_of_gatherings")
    if now.astimezone(ZoneInfo(get_brand().zone)).hour not in BY_DAY:  # the timetable of jobs is in UTC
        return
    waiting = Registration.objects.filter(
        state=Registration.State.REGISTERED, remind=True, reminded_at=None
    ).select_related("activity")
    for one in waiting.iterator():
        starts = GatheringSettings.model_validate(one.activity.settings).starts()
        if now < starts < now + TWO_DAYS:
            with suppress(Problem):  # the template was withdrawn: the next one is tried all the same
                remind_of_gathering(
                    command_id=f"remind:{one.id}:{now:%F %H}", actor=actor, now=now, registration_id=one.id
                )


@job(every="* * * * *")
def remind_of_live_sessions() -> None:
    """Remind members of live sessions that begin soon, if they asked for it. Running it again reminds nobody twice."""
    now, actor = clock.now(), actors.system("remind_of_live_sessions")
    for activity in Activity.objects.filter(state=State.OPEN, kind=Live.slug):
        rules = LiveSettings.model_validate(activity.settings)
        if not rules.reminds() <= now < rules.starts():
            continue
        waiting = LiveBooking.objects.filter(
            activity=activity, remind=True, reminded_at=None, cancelled_at=None
        ).order_by("booked_at", "id")
        for booking_id in list(waiting.values_list("id", flat=True)):
            with suppress(
                Problem
            ):  # the template was withdrawn, the member erased: the next one is tried all the same
                remind_of_live_session(
                    command_id=f"remind:{booking_id}:{now:%F %R}", actor=actor, now=now, booking_id=booking_id
                )
