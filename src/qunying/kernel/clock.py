"""Time: instants are aware and in UTC; a day is a day in the brand's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant in UTC. Only doors and jobs ask; everything below is told the time."""
    return datetime.now(UTC)


def same_instant(one: datetime, other: datetime) -> bool:
    """Tell whether two instants are the same to the millisecond, which is as far as JSON tells them."""
    return abs(one - other) < timedelta(milliseconds=1)


def instant_in(text: str) -> datetime | None:
    """Return the instant that a page wrote into a hidden field; None where there is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def local_day(instant: datetime, zone: str) -> date:
    """Return the calendar day of an instant in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def day_start(day: date, zone: str) -> datetime:
    """Return the first instant of a local day, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_end(day: date, zone: str) -> datetime:
    """Return the instant at which a local day is over, in UTC (the start of the next day)."""
    return day_start(day + timedelta(days=1), zone)
