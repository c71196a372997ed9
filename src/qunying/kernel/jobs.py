"""Jobs: rows that say "run soon", written in the transaction that needs them; one per batch, never one per member.

    @job
    def send_due() -> None: ...

    run_soon("messages.send_due")

A job is asked for by its name, ``noun.function``: who asks may stand below the noun that does the work. Periodic work is ``@job(every="*/5 * * * *")``.
"""

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


def job(function: Callable[..., None] | None = None, *, every: str | None = None) -> Callable[..., Any]:
    """Make a function a job of the worker; ``every`` is a cron line for work that comes round by itself.

    Jobs of one name run one after the other, and one that crashed is tried again.
    """

    def decorate(work: Callable[..., None]) -> Any:
        name = f"{work.__module__.split('.')[1]}.{work.__name__}"

        @functools.wraps(work)
        def run(**arguments: Any) -> None:
            arguments.pop("timestamp", None)  # what the library tells periodic work
            close_old_connections()
            try:
                work(**arguments)
            finally:
                close_old_connections()

        task = app.task(name=name, lock=name, queueing_lock=name if every else None, retry=3)(run)
        return app.periodic(cron=every)(task) if every else task  # type: ignore[arg-type]

    return decorate(function) if function is not None else decorate


def run_soon(name: str, *, once: bool = False, at: datetime | None = None, **arguments: Any) -> None:
    """Ask the worker to run a job; part of the caller's transaction.

    Args:
        name: the job, e.g. ``"stream.export"``.
        once: whether one waiting request is enough.
        at: not before this instant, for which one request is enough. It may run beside another of its name.
        arguments: of the job.
    """
    lock = name if at is None else f"{name} at {at.isoformat()}"
    waiting = lock if once or at is not None else None
    try:
        with transaction.atomic():  # the row that is not needed must not spoil the caller's transaction
            configured = app.configure_task(name, lock=lock, queueing_lock=waiting, schedule_at=at)
            configured.defer(**arguments)
    except AlreadyEnqueued:
        return
