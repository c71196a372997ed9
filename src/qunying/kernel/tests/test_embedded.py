"""The embedded database with real servers: starting, sharing, killing, stopping."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from django.utils.translation import override

from qunying.kernel import embedded
from qunying.kernel.embedded import starting
from qunying.kernel.embedded.cluster import Patience, is_ready
from qunying.kernel.home import Home, HomeNotUsable, create_home, find_home

USE_UNTIL_TOLD = """
import sys
from pathlib import Path
from qunying.kernel import embedded
from qunying.kernel.home import create_home
with embedded.server(create_home(Path(sys.argv[1]))):
    print("ready", flush=True)
    sys.stdin.readline()
print("left", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A stopped installation that the tests take over from each other: making one takes a second."""
    with (
        tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        os.chmod(folder, 0o711)
        patch.delenv("DATABASE_URL", raising=False)
        home = create_home(Path(folder, "home"))
        with embedded.server(home):
            pass
        yield home.path


@pytest.fixture
def home(made_once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The installation, stopped, without settings of its own and with an empty log."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = find_home(made_once)
    (home.postgres / "local.conf").write_text("")
    (home.postgres / "PG_VERSION").write_text("18\n")
    (home.logs / "postgres.log").unlink(missing_ok=True)
    yield home
    embedded.stop(home)
    pid = embedded.postmaster_pid(home.postgres)
    if pid:
        os.kill(pid, signal.SIGQUIT)
        _wait_until(lambda: embedded.postmaster_pid(home.postgres) is None)


def _wait_until(happened: Callable[[], object], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def _another_user(home: Home) -> "subprocess.Popen[str]":
    process = _start_user(home)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _start_user(home: Home) -> "subprocess.Popen[str]":
    """A process of another terminal: it inherits no address."""
    return subprocess.Popen(
        [sys.executable, "-c", USE_UNTIL_TOLD, home.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
    )


def _tell(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_it_makes_starts_and_stops_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        home = create_home(Path(folder, "with space ' and 群"))
        assert embedded.running_url(home) is None
        with embedded.server(home) as url:
            assert os.environ["DATABASE_URL"] == url == embedded.running_url(home)
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            assert home.postgres.stat().st_mode & 0o077 == 0
        assert "DATABASE_URL" not in os.environ
        assert embedded.running_url(home) is None
        assert embedded.postmaster_pid(home.postgres) is None


def test_the_database_is_as_designed(home: Home) -> None:
    with embedded.server(home) as url, psycopg.connect(url) as connection:
        read = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, datcollate,"
            " pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        )
        assert read.fetchone() == ("UTF8", "b", "C.UTF-8", "C", "qunying")
        names = (
            "data_checksums",
            "fsync",
            "full_page_writes",
            "synchronous_commit",
            "listen_addresses",
            "TimeZone",
        )
        shown = {name: (connection.execute(f"SHOW {name}").fetchone() or [None])[0] for name in names}
        assert shown == dict(zip(names, ("on", "on", "on", "on", "", "UTC"), strict=True))
        assert connection.execute("SHOW is_superuser").fetchone() == ("off",)
        assert connection.execute("SELECT array_agg(extname::text) FROM pg_extension").fetchone() == (
            ["plpgsql"],
        )


def test_a_file_cannot_switch_durability_off(home: Home) -> None:
    (home.postgres / "local.conf").write_text("fsync = off\nsynchronous_commit = off\nwork_mem = 24MB\n")
    with embedded.server(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert connection.execute("SHOW work_mem").fetchone() == ("24MB",)


def test_an_address_from_outside_overrides_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/brand")
    with embedded.server(home) as url:
        assert url == "postgresql://elsewhere/brand" == embedded.running_url(home)
    assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/brand"
    assert not (home.logs / "postgres.log").exists()


def test_the_port_variable_of_the_caller_changes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    with embedded.server(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_nested_use_stops_at_the_outermost_end(home: Home) -> None:
    with embedded.server(home) as outer:
        with embedded.server(home) as inner:
            assert inner == outer
        assert embedded.postmaster_pid(home.postgres)
    assert embedded.postmaster_pid(home.postgres) is None


def test_the_last_of_two_processes_stops_it(home: Home) -> None:
    other = _another_user(home)
    pid = embedded.postmaster_pid(home.postgres)
    with embedded.server(home) as url:
        assert embedded.postmaster_pid(home.postgres) == pid
        _tell(other)
        assert other.stdout is not None
        assert other.stdout.readline() == "left\n"
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert embedded.postmaster_pid(home.postgres) is None
    other.communicate("\n")


def test_leaving_while_another_uses_it_returns_at_once(home: Home) -> None:
    embedded.start(home)
    other = _another_user(home)
    embedded.stop(home)
    assert embedded.running_url(home)
    _tell(other)
    other.communicate("\n")
    assert embedded.running_url(home) is None


def test_many_processes_starting_at_once_share_one_server(home: Home) -> None:
    others = [_start_user(home) for _ in range(3)]
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
    starts = (home.logs / "postgres.log").read_text().count("ready to accept connections")
    for other in others:
        other.communicate("\n\n")
    assert starts == 1
    assert embedded.postmaster_pid(home.postgres) is None


def test_a_killed_user_leaves_no_server_behind(home: Home) -> None:
    other = _another_user(home)
    pid = embedded.postmaster_pid(home.postgres)
    assert pid
    keeper = psutil.Process(pid).parent()
    other.kill()
    other.communicate()
    _wait_until(lambda: embedded.postmaster_pid(home.postgres) is None)
    if keeper is not None:
        _wait_until(lambda: not keeper.is_running())


def test_after_kill_9_the_next_start_is_clean_and_keeps_what_was_committed(home: Home) -> None:
    url = embedded.start(home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT n FROM generate_series(1, 1000) n")
    busy = psycopg.connect(url)
    busy.execute("INSERT INTO kept VALUES (-1)")
    pid = embedded.postmaster_pid(home.postgres)
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert embedded.start(home) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*), min(n) FROM kept").fetchone() == (1000, 1)
    busy.close()


def test_backends_that_outlive_the_server_are_ended_first(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "ORPHAN_PATIENCE_SECONDS", 0.5)
    url = embedded.start(home)
    busy = psycopg.connect(url)
    backend = psutil.Process(busy.info.backend_pid)
    backend.suspend()  # it cannot notice that the server has died, as if in a long computation
    server = embedded.postmaster_pid(home.postgres)
    assert server
    os.kill(server, signal.SIGKILL)
    _wait_until(lambda: embedded.postmaster_pid(home.postgres) is None)
    embedded.start(home)
    assert not backend.is_running()
    busy.close()


def test_a_lock_file_naming_a_process_of_somebody_else_is_no_obstacle(home: Home) -> None:
    with embedded.server(home):
        left = (home.postgres / "postmaster.pid").read_text().splitlines()
    left[0] = str(os.getpid())  # alive, and no PostgreSQL
    (home.postgres / "postmaster.pid").write_text("\n".join(left) + "\n")
    assert embedded.running_url(home) is None
    with embedded.server(home) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_cannot_be_seen_from_here_is_not_joined_by_a_second_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "ORPHAN_PATIENCE_SECONDS", 0.1)
    url = embedded.start(home)
    other = _pretend_not_to_see_it(home, monkeypatch)
    with pytest.raises(embedded.DatabaseInUse):
        embedded.start(home)
    monkeypatch.undo()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert embedded.postmaster_pid(home.postgres) == other
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _pretend_not_to_see_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> int | None:
    pid = embedded.postmaster_pid(home.postgres)
    monkeypatch.setattr("qunying.kernel.embedded.cluster.works_in", lambda process, data: False)
    monkeypatch.setattr(starting, "works_in", lambda process, data: False)
    return pid


def test_a_half_made_database_is_made_again() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        root = Path(folder)
        (root / "pg.new").mkdir()
        (root / "pg.new" / "PG_VERSION").write_text("18\n")
        (root / "pg").mkdir()
        with psycopg.connect(embedded.start_for_tests(root)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert not (root / "pg.new").exists()
        embedded.stop_for_tests(root)


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(home: Home) -> None:
    (home.postgres / "local.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(embedded.DatabaseDidNotStart) as caught:
        embedded.start(home)
    assert "no_such_setting" in str(caught.value)
    assert "DATABASE_URL" not in os.environ
    (home.postgres / "local.conf").write_text("")
    with embedded.server(home):
        pass


def test_another_version_is_refused(home: Home) -> None:
    (home.postgres / "PG_VERSION").write_text("16\n")
    with pytest.raises(embedded.DatabaseDidNotStart, match="16"):
        embedded.start(home)


def test_a_long_start_is_waited_for_and_reported(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    slow_until = [time.monotonic() + 0.6]
    monkeypatch.setattr(Patience, "FIRST_REPORT_SECONDS", 0.1)
    monkeypatch.setattr(
        starting, "is_ready", lambda cluster: time.monotonic() > slow_until[0] and is_ready(cluster)
    )
    with override("en"), embedded.server(home, report=said.append):
        assert said == ["The database is starting (0 s so far)."]
        pid = embedded.postmaster_pid(home.postgres)
        assert pid
        os.kill(pid, signal.SIGKILL)
        slow_until[0] = time.monotonic() + 0.6
        embedded.start(home, report=said.append)
        assert "replays its log" in said[-1]


def test_a_throw_away_server_is_fast_and_may_lose_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/brand")
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        url = embedded.start_for_tests(Path(folder, "server"))
        assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/brand"
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            connection.execute("CREATE DATABASE test_x")
        embedded.stop_for_tests(Path(folder, "server"))
        assert not Path(folder, "server", "pg").exists()


def test_a_throw_away_server_removes_itself_after_a_killed_test_run() -> None:
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        data = Path(folder, "pg")
        code = "import sys, pathlib; from qunying.kernel import embedded\n"
        code += "embedded.start_for_tests(pathlib.Path(sys.argv[1]))\n"
        code += "print('ready', flush=True); sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-c", code, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        assert data.exists()
        process.kill()
        process.communicate()
        _wait_until(lambda: not data.exists())


def test_a_home_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / ".database-users.lock").mkdir()  # also root cannot open this one
    with pytest.raises(HomeNotUsable):
        embedded.start(Home(tmp_path))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_as_root_a_closed_parent_folder_is_opened_with_a_warning(
    made_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    said: list[str] = []
    with tempfile.TemporaryDirectory(prefix="qy-", dir="/tmp") as folder:
        closed = Path(folder, "closed")
        closed.mkdir(mode=0o700)
        os.chmod(folder, 0o755)
        subprocess.run(["cp", "-a", made_once, closed / "copy"], check=True)
        home = create_home(closed / "copy")
        with embedded.server(home, report=said.append) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert [line for line in said if str(closed) in line]
        assert closed.stat().st_mode & 0o777 == 0o711
        said.clear()
        with embedded.server(home, report=said.append):
            pass
        assert said == []
