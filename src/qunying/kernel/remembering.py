"""Asking once: what does not change while one page is read is not asked for again.

    @remembered
    def get_brand() -> Brand: ...

    with remembering():   # one page for reading
        ...

Outside of such a block every call asks. Whatever writes must not run inside one.
"""

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

_known: ContextVar[dict[Any, Any] | None] = ContextVar("known_on_this_page", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember answers until the block is left."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def remembered[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Let a query's answers be remembered; its arguments are hashable, and nobody changes what it returns."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **named: P.kwargs) -> R:
        known = _known.get()
        if known is None:
            return function(*args, **named)
        key = (function, args, tuple(sorted(named.items())))
        if key not in known:
            known[key] = function(*args, **named)
        return cast("R", known[key])

    return wrapper


def remember[**P, R](function: Callable[P, R], answer: R, *args: P.args, **named: P.kwargs) -> None:
    """Let the answer to one call of a remembered function be known already, where something else has found it out."""
    known = _known.get()
    if known is not None:
        known[inspect.unwrap(function), args, tuple(sorted(named.items()))] = answer
