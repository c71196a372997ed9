"""From the words of a rule to instants: local days and stretches of time back from the as-of instant."""

import calendar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from qunying.kernel.clock import day_end, day_start
from qunying.segments.rules.tree import Window

EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


def window_start(window: Window, as_of: datetime, zone: str) -> datetime:
    """Return the instant after which the window begins.

    Hours are real hours. Days, weeks and months are those of the brand's clock and calendar: a day back from
    12:00 is 12:00 of the
    day before, also when the clocks changed in between; a month back from 31 March is the last day of
    February.
    """
    try:
        if window.hours is not None:
            return as_of - timedelta(hours=window.hours)
        local = as_of.astimezone(ZoneInfo(zone))
        if window.months is not None:
            shifted = _months_back(local, window.months)
        else:
            shifted = local - timedelta(days=(window.days or 0) + 7 * (window.weeks or 0))
        return shifted.astimezone(UTC)
    except (OverflowError, ValueError):
        return EARLIEST


def _months_back(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def instant_of(text: str, zone: str) -> datetime:
    """Return the last microsecond of a local day, or the instant that is written out (local without a zone of
    its own).

    Raises:
        ValueError, OverflowError: when it is neither.
    """
    if not 1900 <= int(text[:4]) <= 2200:
        raise ValueError(text)
    if len(text) == len("2011-12-01"):
        return day_end(date.fromisoformat(text), zone) - timedelta(microseconds=1)
    written = datetime.fromisoformat(text)
    return (written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def local_day_start(text: str, zone: str) -> datetime:
    """Return the first instant of a local day written as ``2011-06-01``."""
    return day_start(date.fromisoformat(text), zone)
