"""Quiet hours: by the wall clock of the brand's zone, through midnight and through clock changes."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(instant: datetime, zone: str, begins: time, ends: time) -> datetime | None:
    """Return when the quiet hours that an instant falls into are over, or None when it falls into none.

    Args:
        instant: aware.
        zone: IANA zone of the wall clock.
        begins: local time at which quiet begins; belongs to the quiet hours.
        ends: local time at which it is over; does not belong to them. Equal to ``begins`` means there are
            none.

    Returns:
        An instant in UTC that is later than the given one and not quiet itself.
    """
    local = instant.astimezone(ZoneInfo(zone))
    if not _is_quiet(local.time(), begins, ends):
        return None
    day = local.date()
    for later in range(3):
        for fold in (0, 1):
            wall = datetime.combine(day + timedelta(days=later), ends, ZoneInfo(zone)).replace(fold=fold)
            end = wall.astimezone(UTC)
            if end > instant and not _is_quiet(end.astimezone(ZoneInfo(zone)).time(), begins, ends):
                return end
    raise AssertionError("a wall clock passes every time of day within three days")


def all_quiet_until(instant: datetime, zone: str, hours: Sequence[tuple[time, time]]) -> datetime | None:
    """Return when none of several quiet hours lasts any more, or None when an instant falls into none of them.

    Where together they leave no minute of the day, that is their next change: whoever waits asks again, until
    the message has lost its point.

    Args:
        instant, zone: as for :func:`quiet_until`.
        hours: begin and end of each, the brand's and the member's.
    """
    until = instant
    for _round in range(2 * len(hours)):
        ends = [end for begins, ends in hours if (end := quiet_until(until, zone, begins, ends)) is not None]
        if not ends:
            break
        until = max(ends)
    return until if until > instant else None


def _is_quiet(now: time, begins: time, ends: time) -> bool:
    if begins == ends:
        return False
    if begins < ends:
        return begins <= now < ends
    return now >= begins or now < ends
