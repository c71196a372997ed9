"""Races: many at once, in several processes, each with connections of its own; threads would hide them."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.pool import ThreadPool
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError

import pytest
from django.db import connection, connections

from qunying.kernel import failpoints
from qunying.kernel.problems import Problem

PROCESSES = 8
PATIENCE = 90
MEETING_PATIENCE = 20


def race(work: Callable[[int], object], times: int, *, processes: int = PROCESSES) -> Counter[str]:
    """Do ``work(0)`` … ``work(times - 1)`` at once and count what came of it.

    Returns:
        ``done`` for each that returned, the code of the problem for each that was refused, ``crashed: …``
        for anything else.
    """
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(processes)
    shares = [range(number, times, processes) for number in range(processes)]
    runners = []
    for share in shares:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_run, args=(work, share, start, theirs))
        process.start()
        theirs.close()
        runners.append((process, ours))
    outcomes: Counter[str] = Counter()
    for process, answers in runners:
        if answers.poll(PATIENCE):
            outcomes.update(answers.recv())
        process.join(PATIENCE)
        if process.is_alive():
            process.kill()
    assert sum(outcomes.values()) == times, f"a runner died: {outcomes}"
    return outcomes


def _run(work: Callable[[int], object], share: range, start: Barrier, answers: Connection) -> None:
    start.wait(PATIENCE)
    with ThreadPool(max(1, min(8, len(share)))) as pool:
        answers.send(Counter(pool.map(lambda number: _outcome(work, number), share)))
    answers.close()
    os._exit(0)  # nothing of the test run that we were forked from may end here


def _outcome(work: Callable[[int], object], number: int) -> str:
    try:
        work(number)
    except Problem as problem:
        return problem.code
    except Exception as error:  # noqa: BLE001 - a crash is an outcome to be counted
        return f"crashed: {type(error).__name__}"
    finally:
        connection.close()
    return "done"


def switch_off(
    monkeypatch: pytest.MonkeyPatch, guard: str, checked: str, seconds: float = 0.2, *, together: int = 0
) -> None:
    """Switch a guard off and make everybody wait between looking and leaping: some time, or for so many of them to have looked."""
    effect = f"sleep:{seconds}"
    if together:
        effect, meeting = "call", multiprocessing.get_context("fork").Barrier(together)
        monkeypatch.setitem(failpoints.calls, checked, lambda: _meet(meeting))
    monkeypatch.setenv("QUNYING_FAILPOINTS", f"{guard}=off;{checked}={effect}")


def _meet(meeting: Barrier) -> None:
    with suppress(BrokenBarrierError):  # not everybody has come as far as this
        meeting.wait(MEETING_PATIENCE)
