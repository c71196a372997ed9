"""When days and months are over where somebody lives: instants in, instants out, in the time zone of the instant given."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def local_day_end(at: datetime, days: int, zone: str, *, is_end: bool = False) -> datetime:
    """Return when the local day that many days after an instant is over; ``is_end``: the instant is itself the end of a day."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=days + (0 if is_end else 1))
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(at.tzinfo)


def months_later(at: datetime, months: int, zone: str) -> datetime:
    """Return when the same day of the month, that many months later, is over; shorter months end on their last day."""
    local = at.astimezone(ZoneInfo(zone))
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        local -= timedelta(microseconds=1)  # the end of a day belongs to that day
    month = local.month - 1 + months
    year, month = local.year + month // 12, month % 12 + 1
    first_after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZoneInfo(zone))
    last = (first_after - timedelta(days=1)).day
    day = datetime(year, month, min(local.day, last), tzinfo=ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(at.tzinfo)
