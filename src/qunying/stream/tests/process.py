"""Other processes for tests: work that is killed in the middle, transactions that stay open."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection

KILLED = 137

_children = multiprocessing.get_context("forkserver")
_children.set_forkserver_preload(["qunying.stream.tests.preloaded"])


def run_apart(work: Callable[[], Any], *, failpoints: str = "") -> int | None:
    """Run a function of a module in a process of its own on the test database; return its exit code.

    Args:
        work: a function that can be imported.
        failpoints: as in ``kernel.failpoints``, e.g. ``export.read=exit``.
    """
    child = _children.Process(
        target=_run, args=(work, connection.settings_dict["NAME"], Path(settings.HOME), failpoints)
    )
    child.start()
    child.join()
    return child.exitcode


def _run(work: Callable[[], Any], database: str, home: Path, failpoints: str) -> None:
    os.environ["QUNYING_FAILPOINTS"] = failpoints
    connection.settings_dict["NAME"] = database
    settings.HOME = home
    work()


def open_session() -> psycopg.Connection:
    """Return a second session on the test database, in a transaction from its first statement on."""
    known = connection.settings_dict
    place = f"?host={quote(known['HOST'], safe='')}" + (f"&port={known['PORT']}" if known["PORT"] else "")
    who = f"{quote(known['USER'])}:{quote(known['PASSWORD'])}"
    return psycopg.connect(f"postgresql://{who}@/{quote(known['NAME'])}{place}")
