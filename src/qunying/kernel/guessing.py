"""Slowing guesses down: a counter per key and window, kept in the database so that every process shares it."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import ngettext_lazy

from qunying.kernel.problems import Kind, Problem


class TooManyAttempts(Problem):
    """The key was tried too often."""

    code = "too_many_attempts"
    kind = Kind.LIMITED
    message = ngettext_lazy(
        "Too many attempts. Wait {retry_after_seconds} second and try again.",
        "Too many attempts. Wait {retry_after_seconds} seconds and try again.",
        "retry_after_seconds",
    )


def count_attempt(
    key: str, *, now: datetime, limit: int = 10, window: timedelta = timedelta(minutes=1)
) -> None:
    """Count one attempt at a guessable thing, outside any transaction that could take the count back.

    Args:
        key: what is guessed at and by whom, e.g. ``one_time_code:203.0.113.7``.
        now: the present instant.
        limit: attempts allowed in one window.
        window: how long a window lasts from its first attempt.

    Raises:
        TooManyAttempts: when the limit is passed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_attemptwindow AS w (key, window_started_at, attempts) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET"
            " attempts = CASE WHEN w.window_started_at <= %s THEN 1 ELSE w.attempts + 1 END,"
            " window_started_at = CASE WHEN w.window_started_at <= %s THEN excluded.window_started_at"
            " ELSE w.window_started_at END"
            " RETURNING attempts, window_started_at",
            [key, now, now - window, now - window],
        )
        attempts, started_at = cursor.fetchone()
    if attempts > limit:
        wait = int((started_at + window - now).total_seconds()) + 1
        raise TooManyAttempts(retry_after_seconds=wait)
