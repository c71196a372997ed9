"""Waking the worker: after a commit the readers are asked to look, with at most one request waiting each.

Nothing depends on it: the readers come round by themselves as well.
"""

from functools import partial

from django.db import transaction

from qunying.kernel.jobs import run_soon

REACTIONS = "stream.react"
EXPORT = "stream.export"


def wake(job: str) -> None:
    """Ask for a job of the stream after the commit of the present transaction."""
    transaction.on_commit(partial(run_soon, job, once=True), robust=True)
