"""A throw-away installation to measure in: its own home, its own durable PostgreSQL, gone afterwards."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from qunying.kernel import embedded
from qunying.shell import leash
from qunying.shell.supervisor import HOST, choose_port, web_process

_numbers = count(1)


@dataclass(frozen=True)
class Installation:
    """Where measurements run: a home, and a database that holds the schema and nothing else."""

    home: Path

    @contextlib.contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yield the address of an empty copy of the database, which this process then works on."""
        from qunying.kernel.tests.databases import address_of, copy_database, drop_database, working_on

        name = f"bench_{next(_numbers)}"
        copy_database(name)
        try:
            with working_on(name):
                yield address_of(name)
        finally:
            drop_database(name)
            shutil.rmtree(self.home / "lake", ignore_errors=True)

    @contextlib.contextmanager
    def server(self, url: str) -> Iterator[tuple[str, int]]:
        """Serve a database as ``qunying run`` does; yield where it listens."""
        port = choose_port(19_000)
        environment = os.environ | {"DATABASE_URL": url, "QUNYING_PUBLIC_URL": f"http://{HOST}:{port}"}
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, "4", *web_process(port=port).command],
            stdin=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        try:
            _await_answer(f"http://{HOST}:{port}/sign-in/login/")
            yield HOST, port
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(20)


@contextlib.contextmanager
def installation() -> Iterator[Installation]:
    """Set one up, migrated, with Django ready; remove everything at the end."""
    home = Path(tempfile.mkdtemp(prefix="qy-bench-"))
    url = embedded.start_for_tests(home / "pg", fsync=True)
    os.environ |= {
        "DATABASE_URL": url,
        "QUNYING_HOME": str(home),
        "QUNYING_SECRET_KEY": "for measurements only",
        "QUNYING_LOG": "ERROR",
        "DJANGO_SETTINGS_MODULE": "qunying.shell.settings",
    }
    try:
        import django

        django.setup()
        from qunying.shell.installation import migrate

        migrate()
        yield Installation(home)
    finally:
        embedded.stop_for_tests(home / "pg")
        shutil.rmtree(home, ignore_errors=True)


def _await_answer(address: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=20).close()
            return
        time.sleep(0.1)
    raise TimeoutError(f"{address} does not answer")
