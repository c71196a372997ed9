"""Streaks: days in a row, the marks that they reach, and which days can still be made up.

A day is a date; which instants belong to it is the caller's business (a day of the brand's zone), so midnight and clock
changes are settled before anything comes here. A *run* is a longest row of days without a gap. A *mark* is a number of
days; a run reaches it on its day of that number, and, when streaks begin again after ``cycle`` days, again in every
further round.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Run:
    """Days in a row, from the first to the last, both of them in it."""

    first: date
    last: date

    @property
    def length(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Reached:
    """A mark that is due, and the day of the run with which it was reached."""

    mark: int
    day: date


def runs_of(days: Iterable[date]) -> list[Run]:
    """Return the runs of days, which may come in any order and more than once; the earliest run first."""
    runs: list[Run] = []
    for day in sorted(set(days)):
        if runs and runs[-1].last + ONE_DAY == day:
            runs[-1] = Run(runs[-1].first, day)
        else:
            runs.append(Run(day, day))
    return runs


def run_with(days: Iterable[date], day: date) -> Run | None:
    """Return the run that a day is in, or None when it is not one of the days."""
    return next((run for run in runs_of(days) if run.first <= day <= run.last), None)


def streak_on(days: Iterable[date], today: date) -> int:
    """Return how many days in a row there are on a day: a run that ended yesterday still counts, it can go on today."""
    known = {day for day in days if day <= today}
    run = run_with(known, today) or run_with(known, today - ONE_DAY)
    return run.length if run else 0


def marks_reached(run: Run, marks: Collection[int], cycle: int | None = None) -> list[Reached]:
    """Return every mark that a run reaches, with its day, in the order of the days.

    Args:
        run: days in a row.
        marks: numbers of days, each at least 1 and, with a cycle, at most as long as it.
        cycle: after so many days the count begins again; None: it goes on.

    Raises: ValueError for a mark that no run could reach.
    """
    if any(mark < 1 or (cycle is not None and mark > cycle) for mark in marks):
        raise ValueError("a mark is at least one day, and at most as long as the cycle")
    found = [
        Reached(mark, run.first + timedelta(days=number - 1))
        for mark in set(marks)
        for number in range(mark, run.length + 1, cycle or run.length + 1)
    ]
    return sorted(found, key=lambda reached: (reached.day, reached.mark))


def marks_due(
    days: Iterable[date],
    day: date,
    marks: Collection[int],
    given: Iterable[tuple[int, date]],
    cycle: int | None = None,
) -> list[Reached]:
    """Return the marks of the run with ``day`` in it that were not given yet, the latest days of each mark.

    A run that grew at its beginning or was joined with another one (a day was made up) has reached its marks on other days than
    before; so what is counted is how many of each mark the run reaches against how many were given within it. Nobody gains by
    the order in which days are made up.

    Args:
        days: all days there are.
        day: one of them.
        marks: as in ``marks_reached``.
        given: (mark, a day of the run for which it was given).
        cycle: as in ``marks_reached``.

    Raises: ValueError as ``marks_reached``.
    """
    run = run_with(days, day)
    if run is None:
        return []
    had: dict[int, int] = {}
    for mark, given_on in given:
        if run.first <= given_on <= run.last:
            had[mark] = had.get(mark, 0) + 1
    reached = marks_reached(run, marks, cycle)
    due: list[Reached] = []
    for mark in sorted(set(marks)):
        times = [one for one in reached if one.mark == mark]
        due += times[had.get(mark, 0) :]
    return sorted(due, key=lambda one: (one.day, one.mark))


def next_mark(streak: int, marks: Collection[int], cycle: int | None = None) -> tuple[int, int] | None:
    """Return the next mark of a streak and how many days it is away, or None when none is left.

    Args:
        streak: days in a row so far.
        marks, cycle: as in ``marks_reached``.
    """
    if not marks:
        return None
    place = streak % cycle if cycle else streak
    ordered: Sequence[int] = sorted(set(marks))
    at = bisect_right(ordered, place)
    if at < len(ordered):
        return ordered[at], ordered[at] - place
    return (ordered[0], cycle - place + ordered[0]) if cycle else None


def days_to_make_up(days: Iterable[date], today: date, *, first: date, back: int) -> list[date]:
    """Return the missed days that can still be made up, the latest first: not today, at most ``back`` days ago.

    Args:
        days: the days there are.
        today: the present day.
        first: the first day on which anybody could have come.
        back: how many days ago the earliest is; 0: none.
    """
    known = set(days)
    candidates = (today - timedelta(days=ago) for ago in range(1, back + 1))
    return [day for day in candidates if day >= first and day not in known]
