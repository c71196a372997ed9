"""Which days a page or command means when it is told little."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.kernel.clock import local_day
from qunying.kernel.problems import Kind, Problem

LONGEST_DAYS = 3660


class PeriodInvalid(Problem):
    """The period has its end before its start, or is longer than ten years."""

    code = "period_invalid"
    kind = Kind.INVALID
    message = _("A period needs its first day before its last, and at most ten years between them.")


@dataclass(frozen=True)
class Period:
    """Local days, both included."""

    start: date
    end: date


def choose_period(
    *, as_of: datetime, zone: str, start: date | None = None, end: date | None = None, days: int = 30
) -> Period:
    """Return the period from ``start`` to ``end``; what is missing follows from ``days`` and the day of ``as_of``.

    Raises:
        PeriodInvalid: when the period runs backwards or is longer than ten years.
    """
    last = end or local_day(as_of, zone)
    try:
        first = start or last - timedelta(days=days - 1)
    except OverflowError as error:
        raise PeriodInvalid from error
    if (
        not timedelta(0) <= last - first < timedelta(days=LONGEST_DAYS)
        or first.year < 1900
        or last.year > 9000
    ):
        raise PeriodInvalid
    return Period(first, last)
