"""A notice's calendar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from qunying.engines.recurrence import Schedule, next_occurrence, occurrences

if TYPE_CHECKING:
    from qunying.communities.models import Notice

LASTS = {"hourly": timedelta(minutes=50)}
USUALLY_LASTS = timedelta(hours=6)


def schedule_of(notice: "Notice") -> Schedule:
    """Return when a notice comes round."""
    return Schedule(
        rhythm=notice.rhythm,  # type: ignore[arg-type]
        at=notice.at,
        first_day=notice.first_day,
        last_day=notice.last_day,
        until=notice.until,
        weekdays=frozenset(notice.weekdays),
    )


def next_of(notice: "Notice", after: datetime, zone: str) -> datetime | None:
    """Return when a notice is due next after an instant, or None."""
    return next_occurrence(schedule_of(notice), after, zone)


def occurrences_of(notice: "Notice", day: date, days: int, zone: str) -> Iterator[datetime]:
    """Yield when a notice is due on local days."""
    return occurrences(schedule_of(notice), day, days, zone)


def lasts(notice: "Notice") -> timedelta:
    """Return for how long after its time a notice has its point; later it is not posted any more."""
    return LASTS.get(notice.rhythm, USUALLY_LASTS)
