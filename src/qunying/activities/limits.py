"""The one check of how often: a guarded counter per member, in all and per day, and chances that add to it.

The limits are for free turns. Those that points buy come besides (``turns_for_points``), and are counted apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.models import Activity, Turns
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.prepared import fetch_prepared
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import Entry, Line
from qunying.ledger.queries.get_balance import get_balance
from qunying.members.queries.get_member import list_own_ids

# A clock that goes back over midnight must not bring yesterday's turns back: the later day stays.
_TAKE = """
INSERT INTO activities_turns AS t (activity_id, member_id, taken, day, taken_today) VALUES (%s, %s, 1, %s, 1)
ON CONFLICT (activity_id, member_id) DO UPDATE SET taken = t.taken + 1, day = greatest(t.day, excluded.day),
    taken_today = CASE WHEN t.day >= excluded.day THEN t.taken_today + 1 ELSE 1 END
WHERE (%s::int IS NULL OR t.taken - t.given_back - t.bought < %s) AND (%s::int IS NULL OR t.day < excluded.day OR t.taken_today < %s)
RETURNING taken
"""

# In the order of the members: two batches with the same ones wait for each other instead of dying of it.
_TAKE_TOGETHER: LiteralString = """
INSERT INTO activities_turns AS t (activity_id, member_id, taken, day, taken_today)
SELECT %(activity)s::uuid, member_id, turns, %(day)s::date, turns
FROM unnest(%(members)s::uuid[], %(turns)s::int[]) AS asked(member_id, turns) ORDER BY member_id
ON CONFLICT (activity_id, member_id) DO UPDATE SET taken = t.taken + excluded.taken, day = greatest(t.day, excluded.day),
    taken_today = CASE WHEN t.day >= excluded.day THEN t.taken_today ELSE 0 END + excluded.taken
WHERE (%(most)s::int IS NULL OR t.taken - t.given_back + excluded.taken <= %(most)s::int)
    AND (%(daily)s::int IS NULL OR t.day < excluded.day OR t.taken_today + excluded.taken <= %(daily)s::int)
RETURNING member_id, taken
"""

# One that took a chance comes beside the limits: a free turn of a later day is not lost by it.
_TAKE_BESIDE = """
INSERT INTO activities_turns AS t (activity_id, member_id, taken, day, taken_today, given_back) VALUES (%s, %s, 1, %s, 0, 1)
ON CONFLICT (activity_id, member_id) DO UPDATE SET taken = t.taken + 1, given_back = t.given_back + 1
RETURNING taken
"""

_HOLD = """
INSERT INTO activities_turns AS t (activity_id, member_id, taken, day, taken_today) VALUES (%s, %s, 0, %s, 0)
ON CONFLICT (activity_id, member_id) DO UPDATE SET taken = t.taken
"""


_GIVE_BACK = """
UPDATE activities_turns t SET given_back = given_back + 1,
    taken_today = CASE WHEN t.day = asked.day THEN greatest(taken_today - 1, 0) ELSE taken_today END
FROM unnest(%s::uuid[], %s::date[]) AS asked(member_id, day)
WHERE activity_id = %s AND t.member_id = asked.member_id AND given_back < taken
"""


@dataclass(frozen=True)
class TurnsOfMerged:
    """Turns that were taken under other ids of the same person: all, those that count against the limits, those of the day, those bought."""

    taken: int = 0
    counted: int = 0
    today: int = 0
    bought: int = 0


class TurnsUsedUp(Problem):
    """The member has taken part as often as the rules allow."""

    code = "turns_used_up"
    kind = Kind.CONFLICT
    message = _("You have taken part as often as the rules of “{title}” allow.")


def chance_asset(activity_id: UUID) -> str:
    """Return the asset of further chances in an activity."""
    return f"chance:{activity_id}"


def take_turn(activity: Activity, member_id: UUID, now: datetime, *, command_id: str, actor: Actor) -> int:
    """Count one turn of a member and return its number; the row is theirs until the transaction ends.

    A turn beyond the limits takes one chance, if they have one.

    Raises:
        TurnsUsedUp.
    """
    day = clock.local_day(now, get_brand().zone)
    if disabled_guard("activities.turn_guard"):
        return _take_unguarded(activity, member_id, day)
    others = turns_of_merged(activity, member_id, day)
    number = _count(activity, member_id, day, others.counted, others.today)
    if number is not None:
        return number + others.taken
    try:
        use_chance(activity, member_id, Act(command_id=command_id, actor=actor, now=now))
    except InsufficientBalance as error:
        raise TurnsUsedUp(title=activity.title) from error
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BESIDE, [activity.id, member_id, day])
        row = cursor.fetchone()
    return int(row[0]) + others.taken


def count_turns(
    activity: Activity, turns: Mapping[UUID, int], day: date, *, most: int | None
) -> dict[UUID, int]:
    """Count turns of several members, and return for those who had them left how many they have taken now.

    Args:
        turns: how many, by member; they are within the limits for who has taken none.
        day: in the brand's zone.
        most: turns per member in all; None is without limit.
    """
    values = {
        "activity": activity.id,
        "day": day,
        "members": list(turns),
        "turns": list(turns.values()),
        "most": most,
        "daily": activity.per_day,
    }
    return dict(fetch_prepared(_TAKE_TOGETHER, values))


def use_chance(activity: Activity, member_id: UUID, act: Act) -> None:
    """Take one of a member's chances in an activity.

    Raises:
        InsufficientBalance: they have none.
    """
    chances = of_member(member_id, chance_asset(activity.id))
    lines = (Line(chances, -1), Line(of_brand(chances.asset, Purpose.REDEEMED), 1))
    post(**act, entry=Entry(kind="chance_used", lines=lines))


def hold_turns(activity: Activity, member_id: UUID, now: datetime) -> None:
    """Hold a member's row without counting a turn: whatever else depends on their turns waits."""
    day = clock.local_day(now, get_brand().zone)
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [activity.id, member_id, day])


def give_turns_back(activity_id: UUID, turns: Mapping[UUID, datetime]) -> None:
    """Let one turn of each member not count: nothing could come of it. Numbers of turns go on all the same.

    Args:
        turns: by member when they took the turn: it counts on that day no more.
    """
    zone = get_brand().zone
    days = [clock.local_day(at, zone) for at in turns.values()]
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [list(turns), days, activity_id])


def turns_left(activity: Activity, member_id: UUID, now: datetime) -> int | None:
    """Return how many turns a member has left today without paying, chances included; None is without limit."""
    day = clock.local_day(now, get_brand().zone)
    rows = Turns.objects.filter(activity=activity, member_id__in=list_own_ids(member_id))
    taken = sum(row.taken - row.given_back - row.bought for row in rows)
    today = sum(row.taken_today for row in rows if row.day >= day)
    bounds = [
        limit - used
        for limit, used in ((activity.per_member, taken), (activity.per_day, today))
        if limit is not None
    ]
    if not bounds:
        return None
    return max(0, min(bounds)) + get_balance(of_member(member_id, chance_asset(activity.id)))


def _count(activity: Activity, member_id: UUID, day: date, counted: int, today: int) -> int | None:
    """Count a turn within the limits; None when there is none left."""
    total = None if activity.per_member is None else activity.per_member - counted
    daily = None if activity.per_day is None else activity.per_day - today
    if (total is not None and total < 1) or (daily is not None and daily < 1):
        return None
    return _take(activity, member_id, day, total, daily)


def _take(activity: Activity, member_id: UUID, day: date, total: int | None, daily: int | None) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [activity.id, member_id, day, total, total, daily, daily])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def turns_of_merged(activity: Activity, member_id: UUID, day: date) -> TurnsOfMerged:
    """Return the turns taken under other ids of the same person."""
    others = [own for own in list_own_ids(member_id) if own != member_id]
    if not others:
        return TurnsOfMerged()
    rows = list(Turns.objects.filter(activity=activity, member_id__in=others))
    return TurnsOfMerged(
        taken=sum(row.taken for row in rows),
        counted=sum(row.taken - row.given_back - row.bought for row in rows),
        today=sum(row.taken_today for row in rows if row.day >= day),
        bought=sum(row.bought for row in rows),
    )


def _take_unguarded(activity: Activity, member_id: UUID, day: date) -> int:
    """Look, then count: what the guard is there to prevent. Only for the twins of race tests."""
    taken = (
        Turns.objects.filter(activity=activity, member_id=member_id).values_list("taken", flat=True).first()
    )
    if activity.per_member is not None and (taken or 0) >= activity.per_member:
        raise TurnsUsedUp(title=activity.title)
    failpoint("activities.turn_checked")
    return _take(activity, member_id, day, None, None) or 1
