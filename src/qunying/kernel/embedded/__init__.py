"""The embedded PostgreSQL; nothing else in the package knows the wheel it comes from.

Who wants the database calls :func:`server` (or :func:`start` … :func:`stop`). The first user starts
it, later ones join, and it stops when the last one leaves, however that one ends (see ``keeper``).
``DATABASE_URL`` in the environment overrides everything: then no server is started.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.trans_null import gettext_noop as _  # the real one asks for settings

from qunying.kernel.embedded.cluster import (
    Cluster,
    Patience,
    Report,
    is_ready,
    postmaster_pid,
    report_by_log,
    shut_down,
)
from qunying.kernel.embedded.starting import DatabaseDidNotStart, DatabaseInUse, Keeper, bring_up, programs
from qunying.kernel.home import Home, HomeNotUsable

__all__ = [
    "URL_VARIABLE",
    "DatabaseDidNotStart",
    "DatabaseInUse",
    "postmaster_pid",
    "programs",
    "running_url",
    "server",
    "start",
    "start_for_tests",
    "stop",
    "stop_for_tests",
]

URL_VARIABLE = "DATABASE_URL"


@dataclass
class _Hold:
    """This process's use of a cluster: the descriptor carries its share of the users' lock."""

    descriptor: int
    process: int
    durable: bool
    handed_on: bool = False


_held: dict[Path, _Hold] = {}
_keepers: list[Keeper] = []  # some outlive our use of the database


@contextlib.contextmanager
def server(home: Home, *, report: Report = report_by_log) -> Iterator[str]:
    """Yield the address of the running database; this process and its children find it in ``DATABASE_URL``.

    Args:
        home: an existing home.
        report: gets a line whenever there is a longer wait or a mode is loosened.

    Raises:
        DatabaseDidNotStart: it ended while starting; the reason holds the end of its log.
    """
    joined = home.postgres in _held
    url = start(home, report=report)
    try:
        yield url
    finally:
        if not joined:
            stop(home, report=report)


def start(home: Home, *, report: Report = report_by_log) -> str:
    """Make sure that the database runs and return its address; use it until :func:`stop` or the process ends.

    Called again it starts a database that has died in the meantime. Waits as long as the replay of the
    log after a crash takes.
    """
    named = os.environ.get(URL_VARIABLE)
    if named and home.postgres not in _held:
        return named
    cluster = _cluster(home)
    _use(cluster, report)
    os.environ[URL_VARIABLE] = cluster.url()
    _held[cluster.data].handed_on = True
    return cluster.url()


def stop(home: Home, *, report: Report = report_by_log) -> None:
    """Leave the database, and stop it unless others use it. A ``DATABASE_URL`` from outside is left alone."""
    hold = _held.get(home.postgres)
    if hold is None or hold.process != os.getpid():
        return
    if hold.handed_on:
        os.environ.pop(URL_VARIABLE, None)
    _leave(_cluster(home), report)


def running_url(home: Home) -> str | None:
    """Return the address of the database when one is running and ready, else None. Starts nothing."""
    named = os.environ.get(URL_VARIABLE)
    if named:
        return named
    cluster = _cluster(home)
    return cluster.url() if is_ready(cluster) else None


def start_for_tests(path: Path, *, fsync: bool = False) -> str:
    """Start a throw-away server in a folder and return its address; it stops when the process ends.

    Several processes may call it with the same folder and share the server. The environment is not touched.

    Args:
        path: folder of its own, made when missing; its path must be short.
        fsync: True for tests about durability. Otherwise a crash of the system loses the data, and the
            data is removed when the server stops, even when the test run was killed.
    """
    path.mkdir(parents=True, exist_ok=True)
    cluster = _test_cluster(path, durable=fsync)
    _use(cluster, _silence)
    return cluster.url()


def stop_for_tests(path: Path) -> None:
    """Leave the server of :func:`start_for_tests`."""
    cluster = _test_cluster(path)
    was_durable = _held[cluster.data].durable if cluster.data in _held else True
    _leave(cluster, _silence)
    if not was_durable and postmaster_pid(cluster.data) is None:
        shutil.rmtree(cluster.data, ignore_errors=True)


def _silence(_line: str) -> None:
    """Tests open their own folders only; no need to warn."""


def _cluster(home: Home) -> Cluster:
    return Cluster(root=home.path, data=home.postgres, log=home.logs / "postgres.log")


def _test_cluster(path: Path, *, durable: bool = False) -> Cluster:
    path = path.resolve()
    return Cluster(root=path, data=path / "pg", log=path / "postgres.log", durable=durable)


def _use(cluster: Cluster, report: Report) -> None:
    hold = _held.get(cluster.data)
    new = hold is None or hold.process != os.getpid()
    if hold is None or new:
        hold = _Hold(_open(cluster.users_lock), os.getpid(), cluster.durable)
        _lock(
            hold.descriptor,
            fcntl.LOCK_SH,
            _("Waiting for the database to stop ({seconds} s so far)."),
            report,
        )
    try:
        with _alone_at_start(cluster, report):
            if not is_ready(cluster):
                bring_up(cluster, _keepers, report)
    except BaseException:
        if new:
            os.close(hold.descriptor)
        raise
    _held[cluster.data] = hold


def _leave(cluster: Cluster, report: Report) -> None:
    hold = _held.pop(cluster.data, None)
    if hold is None:
        return
    try:
        fcntl.flock(hold.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        # Others use it, then this returns at once; or the keeper was faster, then this waits for its stop.
        _lock(
            hold.descriptor,
            fcntl.LOCK_SH,
            _("Waiting for the database to stop ({seconds} s so far)."),
            report,
        )
    else:
        shut_down(cluster, report)
    os.close(hold.descriptor)
    _keepers[:] = [keeper for keeper in _keepers if keeper.poll() is None]


@contextlib.contextmanager
def _alone_at_start(cluster: Cluster, report: Report) -> Iterator[None]:
    descriptor = _open(cluster.start_lock)
    try:
        waiting = _("Waiting for another process that is starting the database ({seconds} s so far).")
        _lock(descriptor, fcntl.LOCK_EX, waiting, report)
        yield
    finally:
        os.close(descriptor)


def _open(lock_file: Path) -> int:
    try:
        return os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:  # most often the home belongs to another user
        raise HomeNotUsable(path=str(lock_file.parent), reason=error.strerror or str(error)) from error


def _lock(descriptor: int, kind: int, waiting: str, report: Report) -> None:
    patience = Patience(waiting, report)
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            patience.wait()
        else:
            return
