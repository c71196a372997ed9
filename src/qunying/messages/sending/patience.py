"""Trying a transaction again when the database could not give its locks in time; nothing was written."""

import functools
from collections.abc import Callable

import stamina
from django.db import OperationalError

from qunying.kernel.actions import RETRIED_STATES


def patient[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a function whose work is one transaction repeat itself after a deadlock or a lock timeout."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in stamina.retry_context(
            on=_is_transient, attempts=8, wait_initial=0.05, wait_max=1, timeout=60
        ):
            with attempt:
                return function(*args, **kwargs)
        raise AssertionError("the last attempt returns or raises")

    return wrapper


def _is_transient(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(error, OperationalError) and getattr(cause, "sqlstate", None) in RETRIED_STATES
