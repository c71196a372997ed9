"""One embedded server on disk: its files, whether it runs, and how it is stopped."""

import contextlib
import logging
import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop as _  # the real one asks for settings

from qunying.kernel.embedded.keeper import PATIENCE_SECONDS

DATABASE = "qunying"
PORT = 5432  # only part of the socket's name: nothing listens on the network

# The protocol's SSLRequest, length and code; the server answers "N" even when all connections are taken.
ENCRYPTION_QUESTION = struct.pack("!II", 8, 80877103)
ANSWER_SECONDS = 2.0

Report = Callable[[str], None]
report_by_log: Report = logging.getLogger("qunying.database").warning


@dataclass(frozen=True)
class Cluster:
    """One server's files.

    ``root`` holds the lock files, ``data`` the database and its socket. Only a server for tests is not
    ``durable``; it is removed when it stops.
    """

    root: Path
    data: Path
    log: Path
    durable: bool = True

    @property
    def users_lock(self) -> Path:
        """Whoever uses the server holds a shared lock on this file."""
        return self.root / ".database-users.lock"

    @property
    def start_lock(self) -> Path:
        """Whoever starts the server holds an exclusive lock on this file."""
        return self.root / ".database-start.lock"

    @property
    def running_lock(self) -> Path:
        """Every process of the server holds this file's exclusive lock together."""
        return self.root / ".database-running.lock"

    def url(self, *, user: str = DATABASE, database: str = DATABASE) -> str:
        """Return the address for libpq, psycopg and the settings."""
        return f"postgresql://{user}@:{PORT}/{database}?host={quote(str(self.data), safe='/')}"


def say(report: Report, message: str, **fields: object) -> None:
    """Report a line in the user's language; before the applications are loaded there are no translations."""
    report((gettext(message) if apps.ready else message).format(**fields))


class Patience:
    """Waits in small steps and says so now and then; there is no limit."""

    STEP_SECONDS = 0.02
    FIRST_REPORT_SECONDS = 3.0
    NEXT_REPORT_SECONDS = 15.0

    def __init__(self, message: str, report: Report) -> None:
        """``message`` may hold ``{seconds}``."""
        self.message = message
        self.report = report
        self.began = time.monotonic()
        self.next_report = self.began + self.FIRST_REPORT_SECONDS

    @property
    def seconds(self) -> float:
        """How long this wait has lasted."""
        return time.monotonic() - self.began

    def wait(self) -> None:
        """Wait one step."""
        if time.monotonic() >= self.next_report:
            self.next_report = time.monotonic() + self.NEXT_REPORT_SECONDS
            say(self.report, self.message, seconds=round(self.seconds))
        time.sleep(self.STEP_SECONDS)


def recorded(data: Path) -> list[str] | None:
    """Return the lines of postmaster.pid, or None where it is missing or still being written."""
    with contextlib.suppress(OSError):
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        if lines and lines[0].strip().isdigit():
            return lines
    return None


def works_in(process: psutil.Process, data: Path) -> bool:
    """Say whether a process is a living PostgreSQL one of this data directory."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == data
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def postmaster_pid(data: Path) -> int | None:
    """Return the process id of the server that runs on a data directory, or None.

    A process of somebody else that got the recorded number later does not count.
    """
    lines = recorded(data)
    if lines is None:
        return None
    try:
        process = psutil.Process(int(lines[0]))
    except psutil.NoSuchProcess:
        return None
    return process.pid if works_in(process, data) else None


def is_ready(cluster: Cluster) -> bool:
    """Say whether the server runs and accepts connections."""
    lines = recorded(cluster.data)
    if lines is None or lines[-1].strip() != "ready" or postmaster_pid(cluster.data) is None:
        return False
    return _answers(cluster.data / f".s.PGSQL.{PORT}")


def _answers(path: Path) -> bool:
    """Say whether the server answers a question; one that was just killed still looks alive for a moment."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(path))
        connection.sendall(ENCRYPTION_QUESTION)
        return connection.recv(1) != b""
    return False


def shut_down(cluster: Cluster, report: Report) -> None:
    """Stop the server and wait until it is gone. Open transactions are rolled back."""
    pid = postmaster_pid(cluster.data)
    if pid is None:
        return
    patience = Patience(
        _("The database writes everything to disk before it stops ({seconds} s so far)."), report
    )
    number = signal.SIGINT
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        while postmaster_pid(cluster.data) == pid:
            if number == signal.SIGINT and patience.seconds > PATIENCE_SECONDS:
                number = signal.SIGQUIT  # stops at once; the next start replays the log
                os.kill(pid, number)
            patience.wait()
