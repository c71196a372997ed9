"""``qunying run``: the whole installation, until it is stopped."""

import os

import typer
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.accounts.actions.invite_staff import invite_staff
from qunying.accounts.queries.sign_in_links import find_owner, make_sign_in_link
from qunying.accounts.roles import Role
from qunying.kernel import actors, clock, embedded
from qunying.kernel.home import find_home
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.shell.supervisor import choose_port, only_run, supervise, web_process, worker_process

OWNER_EMAIL = "owner@example.com"
KEPT_BY = ["fsync", "full_page_writes", "synchronous_commit"]


class DatabaseForgets(Problem):
    """The database server confirms what a power cut would take away again."""

    code = "database_forgets"
    kind = Kind.UNAVAILABLE
    message = _("The database server may lose what it has confirmed. Switch on there: {settings}.")


def check_durable() -> None:
    """Refuse a database server that does not keep what it confirms.

    Raises:
        DatabaseForgets.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY(%s) AND setting = 'off' ORDER BY 1", [KEPT_BY]
        )
        missing = [name for (name,) in cursor.fetchall()]
    if missing:
        raise DatabaseForgets(settings=", ".join(missing))


def run(*, port: int | None, host: str, sample: bool) -> None:
    """Start web and worker, print where the console is and how to sign in, and stay until stopped.

    Args:
        port: the port that must be used, or None for 8000 or the next free one.
        host: the address to listen at.
        sample: whether an installation without members gets the sample brand first.

    Raises:
        DatabaseForgets: what members are told is theirs would not be safe.
    """
    check_durable()
    chosen = choose_port(port or 8000, host=host, exactly=port is not None)
    if "QUNYING_PUBLIC_URL" not in os.environ:
        os.environ["QUNYING_PUBLIC_URL"] = settings.PUBLIC_URL = f"http://{host}:{chosen}"
    home = find_home()

    def announce() -> None:
        typer.echo(f"\nQunying is ready:  {settings.PUBLIC_URL}/console/")
        typer.echo(f"Sign in (once):    {_link_of_owner()}")
        typer.echo(f"Everything is in:  {home.path}\nStop with Ctrl-C.\n")

    processes = [
        web_process(port=chosen, host=host, log=home.logs / "web.log"),
        worker_process(log=home.logs / "worker.log"),
    ]
    with only_run(home, settings.PUBLIC_URL):
        if sample:
            from qunying.sample.doors.cli import load

            load(report=typer.echo)
        supervise(processes, report=typer.echo, announce=announce, check=lambda: embedded.start(home))


def _link_of_owner() -> str:
    """A sign-in link of the first owner; a new installation gets one."""
    if find_owner() is None:
        invite_staff(
            command_id=str(new_id()),
            actor=actors.system("set_up"),
            now=clock.now(),
            email=OWNER_EMAIL,
            name="Owner",
            role=Role.OWNER,
        )
    owner = find_owner()
    assert owner is not None  # noqa: S101 - just made
    return make_sign_in_link(owner)
