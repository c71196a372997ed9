"""Jobs: rows that say "run soon", written in the transaction that needs them; one per batch, never one per member.

    @job
    def send_due(now: str) -> None: ...

    run_soon(send_due)

Periodic work is ``@job(every="*/5 * * * *")``.
"""

from collections.abc import Callable
from typing import Any

from procrastinate.contrib.django import app


def job(
    function: Callable[..., None] | None = None, *, every: str | None = None, queue: str = "default"
) -> Callable[..., Any]:
    """Make a function a job of the worker; ``every`` is a cron line for work that comes round by itself.

    A job of one name never runs twice at once, and a crashed one is tried again.
    """

    def decorate(work: Callable[..., None]) -> Any:
        name = f"{work.__module__.split('.')[1]}.{work.__name__}"
        if every is None:
            return app.task(name=name, queue=queue, lock=name, retry=3)(work)

        def tick(timestamp: int) -> None:  # noqa: ARG001 - the library passes the planned time
            work()

        tick.__name__ = work.__name__
        task = app.task(name=name, queue=queue, queueing_lock=name, lock=name, pass_context=False)(tick)
        return app.periodic(cron=every)(task)

    return decorate(function) if function is not None else decorate


def run_soon(task: Any, **arguments: Any) -> None:
    """Ask the worker to run a job; part of the caller's transaction."""
    task.defer(**arguments)
