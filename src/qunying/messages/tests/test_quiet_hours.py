"""Quiet hours over zones, clock changes and midnight."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.messages.sending.quiet_hours import all_quiet_until, quiet_until

ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
instants = st.integers(946_684_800, 2_145_916_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
wall_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def is_quiet(instant: datetime, zone: str, begins: time, ends: time) -> bool:
    """The rule itself, minute by minute: the wall clock reads a quiet time."""
    minute = instant.astimezone(ZoneInfo(zone)).time()
    if begins <= ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends


@given(instants, st.sampled_from(ZONES), wall_times, wall_times)
@settings(max_examples=300, deadline=None)
def test_what_is_held_leaves_when_the_wall_clock_allows_it(
    instant: datetime, zone: str, begins: time, ends: time
) -> None:
    end = quiet_until(instant, zone, begins, ends)
    if not is_quiet(instant, zone, begins, ends) or begins == ends:
        assert end is None
        return
    assert end is not None
    assert end > instant
    assert end - instant <= timedelta(hours=26)
    assert not is_quiet(end, zone, begins, ends)
    # Nobody is kept longer than clocks jump: an hour before the end it was still quiet, or not yet begun.
    before = end - timedelta(hours=1, seconds=1)
    assert before <= instant or is_quiet(before, zone, begins, ends)


@given(instants, st.sampled_from(ZONES), st.tuples(wall_times, wall_times), st.tuples(wall_times, wall_times))
@settings(max_examples=150, deadline=None)
def test_the_brands_hours_and_ones_own_count_together(
    instant: datetime, zone: str, brand: tuple[time, time], own: tuple[time, time]
) -> None:
    hours = [(begins, ends) for begins, ends in (brand, own) if begins != ends]
    quiet = any(is_quiet(instant, zone, *each) for each in hours)
    end = all_quiet_until(instant, zone, [brand, own])
    assert (end is not None) == quiet
    if end is None:
        return
    assert end > instant
    day = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n) for n in range(96)]
    if not all(any(is_quiet(minute, "UTC", *each) for each in hours) for minute in day):
        assert not any(is_quiet(end, zone, *each) for each in hours)
        assert end <= instant + timedelta(hours=52)


@given(
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_around_clock_changes(zone: str, data: st.DataObject) -> None:
    changes = _changes(zone)
    change = data.draw(st.sampled_from(changes))
    instant = change + timedelta(minutes=data.draw(st.integers(-240, 240)))
    begins, ends = data.draw(wall_times), data.draw(wall_times)
    end = quiet_until(instant, zone, begins, ends)
    assert (end is not None) == (is_quiet(instant, zone, begins, ends) and begins != ends)
    if end is not None:
        assert not is_quiet(end, zone, begins, ends)


def _changes(zone: str) -> list[datetime]:
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(24 * 365)]
    offsets = [hour.astimezone(ZoneInfo(zone)).utcoffset() for hour in hours]
    return [
        hour for hour, before, after in zip(hours[1:], offsets, offsets[1:], strict=False) if before != after
    ]


@pytest.mark.parametrize(
    ("instant", "zone", "begins", "ends", "end"),
    [
        ("2026-03-10T15:00Z", "Asia/Shanghai", "22:00", "08:00", "2026-03-11T00:00Z"),
        ("2026-03-10T23:59Z", "Asia/Shanghai", "22:00", "08:00", "2026-03-11T00:00Z"),
        ("2026-03-11T00:00Z", "Asia/Shanghai", "22:00", "08:00", None),
        ("2026-03-10T13:59Z", "Asia/Shanghai", "22:00", "08:00", None),
        ("2026-03-10T14:00Z", "Asia/Shanghai", "22:00", "08:00", "2026-03-11T00:00Z"),
        ("2026-03-10T04:00Z", "Asia/Shanghai", "12:00", "14:00", "2026-03-10T06:00Z"),
        ("2026-03-10T04:00Z", "Asia/Shanghai", "12:00", "12:00", None),
        # Berlin, clocks forward at 01:00 UTC: the night is an hour shorter.
        ("2026-03-28T22:00Z", "Europe/Berlin", "22:00", "08:00", "2026-03-29T06:00Z"),
        # Berlin, clocks back at 01:00 UTC: the night is an hour longer.
        ("2026-10-24T21:00Z", "Europe/Berlin", "22:00", "08:00", "2026-10-25T07:00Z"),
        # Quiet until 02:30, which the clock passes twice that night: quiet again the second time round.
        ("2026-10-25T00:15Z", "Europe/Berlin", "22:00", "02:30", "2026-10-25T00:30Z"),
        ("2026-10-25T01:15Z", "Europe/Berlin", "22:00", "02:30", "2026-10-25T01:30Z"),
        ("2026-10-25T00:45Z", "Europe/Berlin", "22:00", "02:30", None),
    ],
)
def test_known_nights(instant: str, zone: str, begins: str, ends: str, end: str | None) -> None:
    found = quiet_until(
        datetime.fromisoformat(instant), zone, time.fromisoformat(begins), time.fromisoformat(ends)
    )
    assert found == (datetime.fromisoformat(end) if end else None)
