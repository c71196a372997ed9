"""Streaks against a slow reference that counts day by day, in zones where midnight jumps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.streaks import (
    Reached,
    Run,
    days_to_make_up,
    marks_due,
    marks_reached,
    next_mark,
    runs_of,
    streak_on,
)

DAY = timedelta(days=1)
START = date(2026, 3, 20)
DAYS = st.sets(st.integers(0, 40)).map(lambda numbers: {START + n * DAY for n in numbers})
MARKS = st.sets(st.integers(1, 9), max_size=4)


def slow_streak(days: set[date], today: date) -> int:
    """Walk back from today, or from yesterday when today is not there yet."""
    day = today if today in days else today - DAY
    count = 0
    while day in days:
        count, day = count + 1, day - DAY
    return count


def slow_marks(days: set[date], marks: set[int], cycle: int | None) -> list[Reached]:
    """Walk forward through the calendar with a counter in the hand."""
    found, count = [], 0
    for offset in range(-1, 45):
        day = START + offset * DAY
        count = count + 1 if day in days else 0
        place = (count - 1) % cycle + 1 if cycle and count else count
        if count and place in marks:
            found.append(Reached(place, day))
    return found


@given(DAYS, st.integers(0, 41))
def test_the_streak_is_what_counting_back_gives(days: set[date], offset: int) -> None:
    today = START + offset * DAY
    assert streak_on(days, today) == slow_streak({day for day in days if day <= today}, today)


@given(DAYS, MARKS, st.sampled_from([None, 9, 30]))
def test_marks_are_those_met_when_walking_through_the_calendar(days, marks, cycle) -> None:
    reached = [one for run in runs_of(days) for one in marks_reached(run, marks, cycle)]
    assert reached == slow_marks(days, marks, cycle)


@given(st.permutations(range(14)), MARKS, st.sampled_from([None, 9]), st.data())
def test_the_order_of_days_gains_nothing(order, marks, cycle, data) -> None:
    """However days come and are made up, what was given is never fewer than the runs reach, and is never given twice in one run."""
    days: set[date] = set()
    given_marks: list[tuple[int, date]] = []
    for number in order[: data.draw(st.integers(1, 14))]:
        day = START + number * DAY
        days.add(day)
        due = marks_due(days, day, marks, given_marks, cycle)
        given_marks += [(one.mark, one.day) for one in due]
        assert marks_due(days, day, marks, given_marks, cycle) == []
    for run in runs_of(days):
        for mark in marks:
            inside = [day for m, day in given_marks if m == mark and run.first <= day <= run.last]
            reached = [one for one in marks_reached(run, marks, cycle) if one.mark == mark]
            assert len(inside) >= len(reached)
    if cycle is None and len(marks) == 1:  # at most as many as separate rows could ever have been
        assert len(given_marks) <= len(days) // next(iter(marks))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/Santiago", "Pacific/Apia"])
@given(seconds=st.lists(st.integers(0, 86_399), min_size=3, max_size=12))
def test_one_visit_on_each_day_of_a_zone_is_one_streak(zone: str, seconds: list[int]) -> None:
    """Clock changes (March, September at midnight) and days of 23 or 25 hours leave no gap and count none twice."""
    for first in (date(2026, 3, 26), date(2026, 10, 22), date(2026, 9, 3)):
        days = []
        for number, second in enumerate(seconds):
            local = datetime.combine(first + number * DAY, datetime.min.time(), ZoneInfo(zone))
            instant = (local + timedelta(seconds=second)).astimezone(UTC)
            days.append(instant.astimezone(ZoneInfo(zone)).date())
        assert streak_on(days, days[-1]) == (days[-1] - days[0]).days + 1
        assert (days[-1] - days[0]).days >= len(seconds) - 1


def test_what_comes_next_and_what_can_be_made_up() -> None:
    assert next_mark(2, {3, 7}) == (3, 1)
    assert next_mark(7, {3, 7}) is None
    assert next_mark(7, {3, 7}, cycle=7) == (3, 3)
    assert next_mark(0, set()) is None
    today = START + 5 * DAY
    days = {START, START + 3 * DAY, today}
    made = days_to_make_up(days, today, first=START + DAY, back=9)
    assert made == [START + 4 * DAY, START + 2 * DAY, START + DAY]
    assert days_to_make_up(days, today, first=START, back=0) == []
    with pytest.raises(ValueError, match="mark"):
        marks_reached(Run(START, today), {8}, cycle=7)
