"""Runs the processes of an installation together: starts them, restarts what crashes, ends them all.

supervise([web_process(port=8000), worker_process()], announce=print_address)
"""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.kernel.home import Home
from qunying.kernel.problems import Kind, Problem
from qunying.shell import leash

HOST = "127.0.0.1"
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
# A process that lasted this long was fine; its next crash counts as the first one.
SETTLED_SECONDS = 60.0
STEP_SECONDS = 0.2
CHECK_EVERY_SECONDS = 2.0
LOG_LIMIT_BYTES = 10_000_000

Report = Callable[[str], None]


class PortTaken(Problem):
    """The port that was asked for belongs to another program."""

    code = "port_taken"
    kind = Kind.CONFLICT
    message = gettext_lazy("Port {port} on {host} is taken by another program. Choose another one.")


class AlreadyRunning(Problem):
    """Another ``qunying run`` serves this installation."""

    code = "already_running"
    kind = Kind.CONFLICT
    message = gettext_lazy("Qunying already runs on {home}, at {address}.")


@contextlib.contextmanager
def only_run(home: Home, address: str) -> Iterator[None]:
    """Hold an installation for one ``qunying run``; another one is told the address of the first.

    Raises:
        AlreadyRunning: another process holds it.
    """
    descriptor = os.open(home.path / ".run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            first = os.read(descriptor, 1000).decode(errors="replace")
            raise AlreadyRunning(home=str(home.path), address=first) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, address.encode())
        yield
    finally:
        os.close(descriptor)


def running_address(home: Home) -> str:
    """Return the address at which ``qunying run`` serves an installation now; empty when nothing does."""
    try:
        descriptor = os.open(home.path / ".run.lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, 1000).decode(errors="replace")
    finally:
        os.close(descriptor)
    return ""


@dataclass(frozen=True)
class ChildProcess:
    """A command to keep running.

    Args:
        name: shown in reports.
        command: argv.
        environment: variables on top of our own.
        listens_at: host and port that answer once it is ready, if it has any.
        log: file for its output; without one it writes where we write.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    listens_at: tuple[str, int] | None = None
    log: Path | None = None


def web_process(
    *,
    port: int,
    host: str = HOST,
    workers: int | None = None,
    threads: int | None = None,
    log: Path | None = None,
) -> ChildProcess:
    """Return the web server: one process per core, at most 4, with six threads per core, at most 12.

    Most of their time they wait for the database, and claims of one offer that wait together are done together.
    """
    cores = os.cpu_count() or 1
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers or min(cores, 4))]
    command += ["--blocking-threads", str(threads or min(6 * cores, 12)), "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "3", "--log-level", "error", "qunying.shell.wsgi:application"]
    return ChildProcess(name="web", command=command, listens_at=(host, port), log=log)


def worker_process(*, log: Path | None = None) -> ChildProcess:
    """Return the worker, which runs the jobs."""
    return ChildProcess(name="worker", command=[sys.executable, "-m", "qunying", "worker"], log=log)


def choose_port(wanted: int, *, host: str = HOST, exactly: bool = False, tries: int = 50) -> int:
    """Return ``wanted`` or, when it is taken, the next free port.

    Raises:
        PortTaken: none is free, or ``exactly`` that port was asked for and it is not.
    """
    for port in range(wanted, wanted + 1 if exactly else min(wanted + tries, 65536)):
        if not _answers(host, port) and _can_listen(host, port):
            return port
    raise PortTaken(port=wanted, host=host)


def supervise(
    processes: Sequence[ChildProcess],
    *,
    report: Report,
    announce: Callable[[], object] | None = None,
    check: Callable[[], object] | None = None,
    grace_seconds: float = 6.0,
) -> None:
    """Run the processes until SIGINT, SIGTERM or SIGHUP, then end them and return; a second signal hurries.

    Args:
        processes: what to run; a crash is followed by a restart after a growing pause.
        report: gets a line for each crash and restart.
        announce: called once when everything that listens somewhere answers.
        check: called every two seconds, e.g. to bring a dead database back; a Problem it raises is reported.
        grace_seconds: time to end by themselves after SIGTERM.
    """
    watched = [_Watched(process, report, grace_seconds) for process in processes]
    with _signals_stop_us() as asked:
        try:
            _watch(watched, announce, check, report)
        except _StopAskedError:
            pass
        finally:
            asked.stopping = True
            _end(watched, asked)


class _StopAskedError(BaseException):
    """Leaves whatever the supervisor is waiting for."""


@dataclass
class _Asked:
    times: int = 0
    stopping: bool = False


@contextlib.contextmanager
def _signals_stop_us() -> Iterator[_Asked]:
    asked = _Asked()

    def take(_number: int, _frame: FrameType | None) -> None:
        asked.times += 1
        if not asked.stopping:
            asked.stopping = True
            raise _StopAskedError

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, take) for number in numbers]
    try:
        yield asked
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _watch(
    watched: list["_Watched"],
    announce: Callable[[], object] | None,
    check: Callable[[], object] | None,
    report: Report,
) -> None:
    next_check = time.monotonic() + CHECK_EVERY_SECONDS
    while True:
        for one in watched:
            one.tend()
        if announce and all(one.is_listening() for one in watched):
            announce()
            announce = None
        if check and time.monotonic() >= next_check:
            try:
                check()
            except Problem as problem:
                report(str(problem))
            next_check = time.monotonic() + CHECK_EVERY_SECONDS
        time.sleep(STEP_SECONDS)


def _end(watched: list["_Watched"], asked: _Asked) -> None:
    for one in watched:
        one.release()
    already = asked.times
    while any(one.is_running() for one in watched):
        if asked.times > max(already, 1):
            for one in watched:
                one.kill()
        time.sleep(STEP_SECONDS / 4)


class _Watched:
    """One child with its leash, and when to start it next."""

    def __init__(self, process: ChildProcess, report: Report, grace_seconds: float) -> None:
        self.process = process
        self.report = report
        self.grace_seconds = grace_seconds
        self.leash: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_at = 0.0
        self.pause = FIRST_PAUSE_SECONDS

    def tend(self) -> None:
        """Start it when it is time, and plan the restart when it has ended."""
        now = time.monotonic()
        if self.leash is None:
            if now >= self.start_at:
                self.started_at = now
                self._start()
        elif not self.is_running():
            code, self.leash = self.leash.returncode, None
            if now - self.started_at > SETTLED_SECONDS:
                self.pause = FIRST_PAUSE_SECONDS
            self.start_at = now + self.pause
            message = _("{name} ended unexpectedly (code {code}) and starts again in {seconds} s.")
            self.report(message.format(name=self.process.name, code=code, seconds=self.pause))
            self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def _start(self) -> None:
        with contextlib.ExitStack() as opened:
            output = opened.enter_context(_open_log(self.process.log)) if self.process.log else None
            self.leash = subprocess.Popen(  # noqa: S603 - our own script and the caller's list
                [sys.executable, "-I", "-S", leash.__file__, str(self.grace_seconds), *self.process.command],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.process.environment},
                start_new_session=True,
            )

    def is_running(self) -> bool:
        """Say whether the leash still runs; once it does not, nothing of its process group is left."""
        if self.leash is None or self.leash.returncode is not None:
            return False
        # Look without collecting: until then its number, the group's number too, stays reserved.
        if os.waitid(os.P_PID, self.leash.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return True
        self.kill()
        self.release()
        self.leash.wait()
        return False

    def is_listening(self) -> bool:
        """Say whether it is ready: it runs and answers where it listens, if it does."""
        address = self.process.listens_at
        return self.leash is not None and (address is None or _answers(*address))

    def release(self) -> None:
        """Let the leash end the child; returns at once."""
        if self.leash is not None and self.leash.stdin is not None:
            self.leash.stdin.close()

    def kill(self) -> None:
        """End everything in the process group without asking."""
        if self.leash is not None and self.leash.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.leash.pid, signal.SIGKILL)


@contextlib.contextmanager
def _open_log(path: Path) -> Iterator[int]:
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False


def _can_listen(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
