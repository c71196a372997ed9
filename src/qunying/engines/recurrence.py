"""When something that comes round is due: once, every hour, every day or on days of the week, in local time.

Local times that a change of the clock leaves out are later by as much as it leaves out; those that it repeats are taken
the first time only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

type Rhythm = Literal["once", "hourly", "daily", "weekly"]

MAX_DAYS_AHEAD = 400


@dataclass(frozen=True)
class Schedule:
    """When something is due.

    Attributes:
        rhythm: ``once`` on ``first_day``; ``hourly`` from ``at`` to ``until`` inclusive, each day; ``daily``; ``weekly``.
        at: the local time of day; for ``hourly`` the first of the day, whose minute all others share.
        until: the last local time of the day for ``hourly``.
        weekdays: for ``weekly``, 0 = Monday … 6 = Sunday.
        first_day, last_day: the local days between which it comes round; no last day: for ever.
    """

    rhythm: Rhythm
    at: time
    first_day: date
    last_day: date | None = None
    until: time | None = None
    weekdays: frozenset[int] = frozenset()


def next_occurrence(schedule: Schedule, after: datetime, zone: str) -> datetime | None:
    """Return the first instant (UTC) after ``after`` at which it is due; None when there is none within 400 days.

    Args:
        schedule: when it comes round.
        after: an aware instant.
        zone: the IANA zone of the local times.
    """
    first = max(schedule.first_day, after.astimezone(ZoneInfo(zone)).date())
    for occurrence in occurrences(schedule, first, MAX_DAYS_AHEAD, zone):
        if occurrence > after:
            return occurrence
    return None


def occurrences(schedule: Schedule, day: date, days: int, zone: str) -> Iterator[datetime]:
    """Yield the instants (UTC, ascending) of the local days from ``day`` on.

    Args:
        schedule: when it comes round.
        day: the first local day.
        days: how many days are looked at.
        zone: the IANA zone of the local times.
    """
    for number in range(days):
        local_day = day + timedelta(days=number)
        if schedule.last_day is not None and local_day > schedule.last_day:
            return
        if _is_on(schedule, local_day):
            yield from sorted({_instant(local_day, at, zone) for at in _times(schedule)})


def _is_on(schedule: Schedule, day: date) -> bool:
    if day < schedule.first_day:
        return False
    if schedule.rhythm == "once":
        return day == schedule.first_day
    return schedule.rhythm != "weekly" or day.weekday() in schedule.weekdays


def _times(schedule: Schedule) -> list[time]:
    if schedule.rhythm != "hourly":
        return [schedule.at]
    hours = [schedule.at.replace(hour=hour) for hour in range(schedule.at.hour, 24)]
    return [at for at in hours if at <= (schedule.until or time(23, 59))]


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)
