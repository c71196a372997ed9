"""The schema of the test database, kept from run to run: replaying every migration takes longer than most tests.

The snapshot is named after all migrations, the lock file and the day (partitions are made for today), so it is never
stale.
"""

import fcntl
import gzip
import hashlib
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.db import connection

from qunying.kernel import embedded

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".pytest_cache" / "schema"


def wait_for_turn() -> IO[str]:
    """Return an open lock: one process at a time makes the snapshot, the others wait and use it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lock = (FOLDER / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def restore() -> bool:
    """Make the test database from the snapshot; returns whether there was one."""
    snapshot = _snapshot()
    if not snapshot.exists():
        return False
    name = connection.creation._get_test_db_name()
    _run("psql", "postgres", f'CREATE DATABASE "{name}" OWNER "{connection.settings_dict["USER"]}"'.encode())
    _run("psql", name, gzip.decompress(snapshot.read_bytes()))
    return True


def keep() -> None:
    """Keep the schema of the test database that was just made, and forget older ones."""
    for old in FOLDER.glob("*.sql.gz"):
        old.unlink()
    part = FOLDER / f"{os.getpid()}.part"
    part.write_bytes(gzip.compress(_run("pg_dump", str(connection.settings_dict["NAME"])), 1))
    part.rename(_snapshot())


def _snapshot() -> Path:
    digest = hashlib.sha256(datetime.now(UTC).date().isoformat().encode())
    for file in (ROOT / "requirements.lock", *sorted(ROOT.glob("src/**/migrations/*.py"))):
        digest.update(file.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:16]}.sql.gz"


def _run(program: str, database: str, statements: bytes | None = None) -> bytes:
    command = [
        str(embedded.programs() / program), "-U", "postgres", "-h", connection.settings_dict["HOST"], "-d", database,
    ]  # fmt: skip
    if statements is not None:
        command += ["--quiet", "--set", "ON_ERROR_STOP=1"]
    done = subprocess.run(command, input=statements, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return done.stdout
