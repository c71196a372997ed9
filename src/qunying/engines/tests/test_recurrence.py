"""When notices are due."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.recurrence import Schedule, next_occurrence, occurrences

SHANGHAI = "Asia/Shanghai"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(SHANGHAI)).astimezone(UTC)


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        (Schedule("once", time(10), date(2026, 1, 5)), "2026-01-05T09:59", "2026-01-05T10:00"),
        (Schedule("once", time(10), date(2026, 1, 5)), "2026-01-05T10:00", None),
        (Schedule("daily", time(10), date(2026, 1, 5)), "2026-01-05T10:00", "2026-01-06T10:00"),
        (Schedule("daily", time(10), date(2026, 1, 5), date(2026, 1, 5)), "2026-01-05T10:00", None),
        (Schedule("weekly", time(20), date(2026, 1, 1), weekdays=frozenset({2})), "2026-01-07T20:00", "2026-01-14T20:00"),
        (Schedule("weekly", time(20), date(2026, 1, 1)), "2026-01-07T20:00", None),
        (Schedule("hourly", time(9, 30), date(2026, 1, 1), until=time(11)), "2026-01-07T10:30", "2026-01-08T09:30"),
        (Schedule("hourly", time(9, 30), date(2026, 1, 1)), "2026-01-07T10:30", "2026-01-07T11:30"),
    ],
)  # fmt: skip
def test_the_next_time(schedule: Schedule, after: str, expected: str | None) -> None:
    assert next_occurrence(schedule, at(after), SHANGHAI) == (at(expected) if expected else None)


def test_clock_changes_leave_nothing_out_and_repeat_nothing() -> None:
    daily = Schedule("daily", time(2, 30), date(2026, 3, 28))
    found = list(occurrences(daily, date(2026, 3, 28), 3, "Europe/Berlin"))
    assert [moment.isoformat() for moment in found] == [
        "2026-03-28T01:30:00+00:00", "2026-03-29T01:30:00+00:00", "2026-03-30T00:30:00+00:00",
    ]  # fmt: skip
    assert len(list(occurrences(daily, date(2026, 10, 25), 1, "Europe/Berlin"))) == 1


@given(
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - local times are meant
    st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York"]),
)
def test_going_on_from_each_time_visits_all_of_them(rhythm, first, weekdays, after, zone) -> None:
    schedule = Schedule(rhythm, first, date(2025, 1, 1), weekdays=weekdays)
    start = after.replace(tzinfo=UTC)
    walked, moment = [], start
    for _step in range(30):
        following = next_occurrence(schedule, moment, zone)
        assert following is not None
        moment = following
        walked.append(moment)
    local_day = start.astimezone(ZoneInfo(zone)).date()
    listed = [one for one in occurrences(schedule, local_day, 400, zone) if one > start]
    assert walked == listed[:30]
    assert walked == sorted(set(walked))
    assert walked[0] - start <= timedelta(days=8)
