"""Teams: one guarded row each. A team forms with its last place, or fails as a whole; there is no half of a team."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from qunying.activities.events import TEAM_FAILED, TEAM_FORMED, TEAM_OPENED
from qunying.activities.goods import GoodsSettings
from qunying.activities.limits import give_turns_back
from qunying.activities.models import Activity, Right, Team
from qunying.activities.rights import expiry_of, hold_suspects, release
from qunying.activities.telling import tell
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem

# The place and, with the last of them, the forming are one statement: nobody comes between the two.
_JOIN = """
UPDATE activities_team SET held = held + 1, state = CASE WHEN held + 1 = size THEN 'formed' ELSE 'open' END,
    ended_at = CASE WHEN held + 1 = size THEN %s::timestamptz END
WHERE id = %s AND state = 'open' AND held < size AND deadline > %s RETURNING state
"""


class TeamNotOpen(Problem):
    """The team is full, or its time is over."""

    code = "team_not_open"
    kind = Kind.CONFLICT
    message = _("This team is full, or its time is over. You can open one of your own.")


def open_team(activity: Activity, leader_id: UUID, size: int, minutes: int, now: datetime) -> Team:
    """Return a new team without a member; it ends with the activity at the latest."""
    deadline = min(now + timedelta(minutes=minutes), activity.closes_at)
    team = Team.objects.create(
        activity=activity, leader_id=leader_id, size=size, opened_at=now, deadline=deadline
    )
    tell(TEAM_OPENED, activity, now, leader_id, team_id=str(team.id), size=str(size))
    return team


def take_place(team: Team, now: datetime) -> bool:
    """Take a place in a team and tell whether it was the last; the row is the caller's until the transaction ends.

    Raises:
        TeamNotOpen.
    """
    if disabled_guard("activities.team_guard"):
        return _take_unguarded(team, now)
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, [now, team.id, now])
        row = cursor.fetchone()
    if row is None:
        raise TeamNotOpen
    return bool(row[0] == Team.State.FORMED)


def form(team: Team, settings: GoodsSettings, act: Act) -> None:
    """Turn the places of a team that is full into rights: reserved from now, for all at once.

    Those that look like several accounts of one person are held for review; the others need not wait for them.
    """
    now = act["now"]
    places = Right.objects.filter(team=team)
    places.filter(state=Right.State.WAITING).update(
        state=Right.State.RESERVED, expires_at=expiry_of(settings, now)
    )
    hold_suspects(team.activity, list(places.filter(state=Right.State.RESERVED).order_by("id")), act)
    tell(TEAM_FORMED, team.activity, now, team.leader_id, team_id=str(team.id), size=str(team.size))


def leave(team_id: UUID, right_id: UUID, act: Act) -> None:
    """Free a place in a team that is still open; the right itself is let go by the caller. Nothing otherwise."""
    team = Team.objects.select_for_update().get(pk=team_id)
    right = Right.objects.get(pk=right_id)
    if team.state != Team.State.OPEN or right.state != Right.State.WAITING:
        return
    Team.objects.filter(pk=team_id).update(held=F("held") - 1)
    give_turns_back(team.activity_id, {right.member_id: right.taken_at})
    if team.held == 1:
        _fail(team, act)


def fail_when_due(team_id: UUID, act: Act) -> str:
    """End a team whose time is over before it was full, let all of its places go, and return its state."""
    team = Team.objects.select_for_update(of=["self"]).select_related("activity").get(pk=team_id)
    if team.state != Team.State.OPEN or team.deadline > act["now"]:
        return str(team.state)
    rights = Right.objects.select_for_update(of=["self"]).select_related("activity").filter(team=team)
    freed = [right for right in rights.order_by("id") if right.state == Right.State.WAITING]
    for right in freed:
        release(right, Right.State.FAILED, act)
    give_turns_back(team.activity_id, {right.member_id: right.taken_at for right in freed})
    _fail(team, act)
    return str(team.state)


def _fail(team: Team, act: Act) -> None:
    team.state, team.ended_at = Team.State.FAILED, act["now"]
    Team.objects.filter(pk=team.pk).update(state=team.state, ended_at=team.ended_at)
    size = str(team.size)
    tell(TEAM_FAILED, team.activity, act["now"], team.leader_id, team_id=str(team.id), size=size)


def _take_unguarded(team: Team, now: datetime) -> bool:
    """Look, then count: what the guard is there to prevent. Only for the twins of race tests."""
    found = Team.objects.get(pk=team.pk)
    if found.state != Team.State.OPEN or found.held >= found.size or found.deadline <= now:
        raise TeamNotOpen
    failpoint("activities.team_checked")
    is_last = found.held + 1 == found.size
    state = Team.State.FORMED if is_last else Team.State.OPEN
    Team.objects.filter(pk=team.pk).update(held=found.held + 1, state=state)
    return is_last
