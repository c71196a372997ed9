"""How a member stands in a check-in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds.check_in import CheckInSettings, rows_of
from qunying.activities.models import Activity
from qunying.engines.streaks import days_to_make_up, next_mark, runs_of, streak_on
from qunying.kernel import clock


@dataclass(frozen=True)
class Streak:
    """Days in a row up to today, the longest ever, and all days with whether they were made up.

    next_mark, next_in: the next streak with a prize, and how many days it is away. missed: days that can be made up, the latest
    first. make_ups_left: how many of them this month.
    """

    in_a_row: int
    longest: int
    checked_today: bool
    days: dict[date, bool]
    next_mark: int | None
    next_in: int | None
    missed: list[date]
    make_ups_left: int


def get_streak(activity: Activity, member_id: UUID, now: datetime) -> Streak:
    """Return how a member stands in a check-in at an instant."""
    rules, zone = CheckInSettings.model_validate(activity.settings), get_brand().zone
    today = clock.local_day(now, zone)
    rows = rows_of(activity, member_id)
    days = {row.day: row.made_up for row in rows}
    in_a_row = streak_on(days, today)
    coming = next_mark(in_a_row, rules.marks, rules.cycle)
    month = clock.day_start(today.replace(day=1), zone)
    made_up = sum(row.made_up and row.at >= month for row in rows)
    first = clock.local_day(activity.opens_at, zone)
    return Streak(
        in_a_row=in_a_row,
        longest=max((run.length for run in runs_of(days)), default=0),
        checked_today=today in days,
        days=days,
        next_mark=coming[0] if coming else None,
        next_in=coming[1] if coming else None,
        missed=days_to_make_up(days, today, first=first, back=rules.make_up_back),
        make_ups_left=max(0, rules.make_up_most - made_up) if rules.make_up_back else 0,
    )
