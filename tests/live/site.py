"""A whole installation for journeys: a database of its own, the real server, a worker, on loopback only."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest_django
from django.conf import settings

from qunying.accounts.models import User
from qunying.accounts.queries.sign_in_links import make_sign_in_link
from qunying.kernel.tests.databases import address_of, copy_database, drop_database, working_on
from qunying.shell import leash
from qunying.shell.supervisor import HOST, choose_port, web_process

STARTS_WITHIN_SECONDS = 180  # on a busy machine
WORKER = "import django; django.setup(); from qunying.shell.worker import run_worker; run_worker()"
GRACE_SECONDS = 4


@dataclass
class Site:
    """A running installation: tests reach its database through ``inside``, its pages through ``address``."""

    address: str
    database: str
    home: Path
    blocker: pytest_django.DjangoDbBlocker
    environment: dict[str, str] = field(default_factory=dict)
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Let the code of this process work on the site's database and home for a while."""
        before = settings.HOME, settings.FILES_ROOT
        settings.HOME, settings.FILES_ROOT = self.home, self.home / "files"
        try:
            with working_on(self.database), self.blocker.unblock():
                yield
        finally:
            settings.HOME, settings.FILES_ROOT = before

    def renew(self) -> None:
        """Begin again with a fresh copy of the test database; the server finds its connections closed, and makes new ones."""
        with self.blocker.unblock():
            drop_database(self.database)
            copy_database(self.database)

    def sign_in_link(self, person: User) -> str:
        """Return the address that signs a person in once."""
        with self.inside():
            return self.address + urlsplit(make_sign_in_link(person)).path

    def output(self) -> str:
        """What the server and the worker have written."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log")))


@contextlib.contextmanager
def running_site(
    blocker: pytest_django.DjangoDbBlocker,
    *,
    worker: bool = False,
    web_workers: int | None = 1,
    web_threads: int | None = 3,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """Copy the test database, serve the copy, and leave nothing behind.

    The processes hang on a leash: they end with this one, however it ends.

    Args:
        blocker: pytest-django's guard of the database.
        worker: also run jobs.
        web_workers: processes that answer requests; None: as many as usual.
        web_threads: how many requests each of them answers at once; None: as many as usual.
        environment: settings of this installation on top of the usual ones.
    """
    name = f"site_{uuid4().hex[:10]}"
    home = Path(tempfile.mkdtemp(prefix="qy-site-"))
    with blocker.unblock():
        copy_database(name)
        port = choose_port(18000 + os.getpid() % 2000)
        site = Site(f"http://{HOST}:{port}", name, home, blocker, dict(environment or {}))
        try:
            web = web_process(port=port, workers=web_workers, threads=web_threads)
            site.children.append(_start(web.command, site, "web"))
            if worker:
                site.children.append(_start([sys.executable, "-c", WORKER], site, "worker"))
            _await_answer(site, port)
            yield site
        finally:
            for child in site.children:
                if child.stdin:
                    child.stdin.close()
            for child in site.children:
                child.wait(GRACE_SECONDS + 10)
            with blocker.unblock():
                drop_database(name)
            shutil.rmtree(home, ignore_errors=True)


def _start(command: Sequence[str], site: Site, name: str) -> "subprocess.Popen[bytes]":
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {
        "DATABASE_URL": address_of(site.database),
        "DJANGO_SETTINGS_MODULE": "qunying.shell.settings",
        "QUNYING_HOME": str(site.home),
        "QUNYING_PUBLIC_URL": site.address,
        "QUNYING_SECRET_KEY": settings.SECRET_KEY,
        "QUNYING_ANALYSIS_MEMORY": "512MB",
        **site.environment,
    }
    with (site.home / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, str(GRACE_SECONDS), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )


def _await_answer(site: Site, port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in site.children):
            break
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=0.5):
            with contextlib.suppress(urllib.error.HTTPError):
                urllib.request.urlopen(f"{site.address}/sign-in/login/", timeout=20).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the site did not start:\n{site.output()[-3000:]}")
