"""Real processes for races and crashes: forked, with connections of their own."""

import multiprocessing
import os
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier

from django.db import connections

from qunying.messages.actions.dispatch_due import dispatch_due

_processes = multiprocessing.get_context("fork")


def start(work: Callable[[], object], *, failpoints: str = "", barrier: Barrier | None = None) -> BaseProcess:
    """Start a process that does some work, with fail points of its own."""

    def run() -> None:
        os.environ["QUNYING_FAILPOINTS"] = failpoints
        if barrier is not None:
            barrier.wait(30)
        try:
            work()
        finally:
            connections.close_all()

    connections.close_all()  # a forked connection would be closed twice
    process = _processes.Process(target=run, daemon=True)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # the fake provider's threads stay behind, on purpose
        process.start()
    return process


def run_to_the_end(process: BaseProcess, patience: float = 60) -> int | None:
    """Wait for a process, so many seconds at most, and return how it ended (137: at a fail point, negative: by a signal)."""
    process.join(patience)
    assert not process.is_alive()
    return process.exitcode


def race(work: Callable[[], object], *, processes: int, failpoints: str = "") -> None:
    """Run the same work in several processes that begin together."""
    barrier = _processes.Barrier(processes)
    started = [start(work, failpoints=failpoints, barrier=barrier) for _ in range(processes)]
    assert [run_to_the_end(process) for process in started] == [0] * processes


def dispatching(at: datetime) -> Callable[[], object]:
    """Return the work of a worker that sends what is due at an instant."""
    return lambda: dispatch_due(clock=lambda: at, lasts=timedelta(minutes=10))
