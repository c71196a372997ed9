"""The supervisor with dummy children: nothing may be left behind, however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from qunying.kernel.home import Home
from qunying.shell.supervisor import (
    AlreadyRunning,
    ChildProcess,
    PortTaken,
    choose_port,
    only_run,
    running_address,
    supervise,
    web_process,
    worker_process,
)

SUPERVISE = """
import sys
from django.conf import settings
settings.configure(USE_I18N=False)
from qunying.shell.supervisor import ChildProcess, supervise
grace, *scripts = sys.argv[1:]
supervise(
    [ChildProcess(name=script, command=["/bin/sh", script]) for script in scripts],
    report=lambda line: print(line, flush=True),
    announce=lambda: print("ready", flush=True),
    grace_seconds=float(grace),
)
print("ended", flush=True)
"""

# Writes its own number and that of a process it started, which ignores SIGTERM.
FAMILY = """
sh -c 'trap "" TERM; while :; do sleep 0.1; done' &
echo "$$ $!" >> "$0.pids"
wait
"""
STUBBORN = """
trap 'echo asked >> "$0.asked"' TERM
echo "$$" >> "$0.pids"
while :; do sleep 0.1; done
"""
CRASHING = """
sh -c 'while :; do sleep 0.1; done' &
echo "$$ $!" >> "$0.pids"
date +%s.%N >> "$0.times"
exit 3
"""


# What must not happen is given far longer than anybody waits, so that even a busy machine tells the two apart.
PATIENCE, NEVER = 60.0, 600.0


def _wait_until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def _script(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def _numbers(script: Path) -> Path:
    """Where a script records the processes it consists of."""
    return script.with_name(f"{script.name}.pids")


def _has_recorded(script: Path) -> bool:
    """Tell whether a script has recorded its processes; the file is there a moment before what stands in it."""
    return _numbers(script).exists() and _numbers(script).read_text().endswith("\n")


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _family(script: Path) -> list[psutil.Process]:
    """The processes that a script has recorded and that still live."""
    found = []
    for number in _numbers(script).read_text().split():
        try:
            found.append(psutil.Process(int(number)))
        except psutil.NoSuchProcess:
            continue
    return [process for process in found if _lives(process)]


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    started: list[subprocess.Popen[str]] = []

    def start_supervisor(*scripts: Path, grace: float = NEVER) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(grace), *map(str, scripts)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for script in scripts:
            _wait_until(partial(_has_recorded, script))
        return process

    yield start_supervisor
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_without_waiting_for_its_grace(tmp_path: Path, start, number: int) -> None:
    first, second = _script(tmp_path, "first", FAMILY), _script(tmp_path, "second", FAMILY)
    process = start(first, second)
    members = _family(first) + _family(second)
    assert len(members) == 4
    process.send_signal(number)
    output, _nothing = process.communicate(timeout=PATIENCE)
    assert output.endswith("ended\n")
    assert process.returncode == 0
    assert not [member for member in members if _lives(member)]


def test_killing_the_supervisor_leaves_nothing_behind(tmp_path: Path, start) -> None:
    script = _script(tmp_path, "family", FAMILY)
    process = start(script)
    leash = psutil.Process(process.pid).children()[0]
    members = _family(script)
    process.kill()
    process.wait()
    _wait_until(lambda: not any(_lives(member) for member in [leash, *members]))


def test_a_killed_leash_takes_its_family_along_and_the_process_starts_again(tmp_path: Path, start) -> None:
    script = _script(tmp_path, "family", FAMILY)
    process = start(script)
    before = _family(script)
    psutil.Process(process.pid).children()[0].kill()
    _wait_until(lambda: not any(_lives(member) for member in before))
    _wait_until(lambda: _family(script))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert not _family(script)


def test_a_process_that_does_not_listen_is_killed_after_its_grace(tmp_path: Path, start) -> None:
    script = _script(tmp_path, "stubborn", STUBBORN)
    process = start(script, grace=0.5)
    asked_at = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert time.monotonic() - asked_at > 0.4
    assert not _family(script)


def test_a_second_signal_does_not_wait(tmp_path: Path, start) -> None:
    script = _script(tmp_path, "stubborn", STUBBORN)
    process = start(script, grace=NEVER)
    process.send_signal(signal.SIGINT)
    _wait_until(script.with_name(f"{script.name}.asked").exists)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert not _family(script)


def test_what_crashes_starts_again_after_a_growing_pause(tmp_path: Path, start) -> None:
    crashing, steady = _script(tmp_path, "crashing", CRASHING), _script(tmp_path, "steady", FAMILY)
    process = start(crashing, steady)
    _wait_until(lambda: len(_family(steady)) == 2)
    before = _family(steady)
    times = tmp_path / "crashing.times"
    _wait_until(lambda: len(times.read_text().splitlines()) >= 3)
    process.send_signal(signal.SIGINT)
    output, _nothing = process.communicate(timeout=PATIENCE)
    began = [float(line) for line in times.read_text().split()]
    assert began[1] - began[0] >= 0.5
    assert began[2] - began[1] >= 1.0
    assert "(code 3)" in output
    assert len(before) == 2
    assert (tmp_path / "steady.pids").read_text().count("\n") == 1, "the other one was left alone"
    assert not _family(crashing), "what the crashed one had started was ended as well"


def test_a_check_that_meets_a_problem_is_reported_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qunying.shell.supervisor.CHECK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("qunying.shell.supervisor.STEP_SECONDS", 0.01)
    said: list[str] = []
    calls: list[int] = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 2:
            os.kill(os.getpid(), signal.SIGTERM)
        raise PortTaken(port=1, host="here")

    before = signal.getsignal(signal.SIGTERM)
    supervise([], report=said.append, check=check)
    assert len(calls) == 3
    assert len(said) == 2
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_output_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    child = ChildProcess(
        name="child",
        command=["/bin/sh", "-c", 'echo "$GREETING"; sleep 60'],
        environment={"GREETING": "hello"},
        log=log,
    )

    def check() -> None:
        if log.exists() and log.read_text() == "hello\n":
            os.kill(os.getpid(), signal.SIGTERM)

    supervise([child], report=print, check=check)
    assert log.stat().st_mode & 0o077 == 0


def test_a_taken_port_gives_the_next_one_unless_it_was_asked_for() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert choose_port(taken) > taken
        with pytest.raises(PortTaken):
            choose_port(taken, exactly=True)
    assert choose_port(taken, exactly=True) == taken


def test_a_second_run_is_told_the_address_of_the_first(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with only_run(home, "http://127.0.0.1:8000"), pytest.raises(AlreadyRunning) as told:
        only_run(home, "http://127.0.0.1:8001").__enter__()
    assert "http://127.0.0.1:8000" in str(told.value)
    with only_run(home, "http://127.0.0.1:8002"):
        assert running_address(home) == "http://127.0.0.1:8002"
    assert not running_address(home)


def test_the_processes_of_an_installation() -> None:
    web = web_process(port=8123, workers=3, threads=5)
    assert web.listens_at == ("127.0.0.1", 8123)
    words = " ".join(web.command)
    assert "--port 8123" in words
    assert "--workers 3" in words
    assert "--blocking-threads 5" in words
    assert words.endswith("qunying.shell.wsgi:application")
    assert list(worker_process().command) == [sys.executable, "-m", "qunying", "worker"]


def test_the_web_server_answers_and_ends_quickly(tmp_path: Path) -> None:
    (tmp_path / "tiny.py").write_text(
        "def application(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [b'hello']\n"
    )
    port = choose_port(18431)
    web = web_process(port=port, workers=2)
    environment = {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    web = replace(web, command=[*web.command[:-1], "tiny:application"], environment=environment)
    seen: list[object] = []
    started_at = time.monotonic()

    def announce() -> None:
        seen.append(time.monotonic() - started_at)
        with urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
            seen.append(answer.read())
        living = [child for child in psutil.Process().children() if _lives(child)]
        # Ours: the site and the database of other tests in this process have leashes, too.
        leash = [child for child in living if "tiny:application" in child.cmdline()]
        seen.extend([*leash, *leash[0].children(recursive=True)])
        seen.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    supervise([web], report=print, announce=announce, grace_seconds=PATIENCE)
    started_in, body, *family, asked_at = seen
    assert body == b"hello"
    assert len(family) >= 3, "leash, server and its workers"
    # Five seconds, or on a busy machine a few times as long as it took to start.
    assert time.monotonic() - float(str(asked_at)) < max(5.0, 4 * float(str(started_in)))
    left = [process for process in family if isinstance(process, psutil.Process)]
    _gone, living = psutil.wait_procs(left, timeout=PATIENCE)
    assert not living
