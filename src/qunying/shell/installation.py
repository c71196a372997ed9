"""Opening an installation: find or make its home, start its database, bring the schema up to date."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.utils.translation import gettext_lazy as _

from qunying.kernel import embedded
from qunying.kernel.home import Home, create_home, find_home
from qunying.kernel.problems import Kind, Problem

log = structlog.get_logger()


class SchemaBehind(Problem):
    """The program is newer than the database."""

    code = "schema_behind"
    kind = Kind.UNAVAILABLE
    message = _("The database of {home} is older than this program. Run “qunying migrate” first.")


@contextmanager
def open_installation(*, create: bool) -> Iterator[Home]:
    """Yield the installation's home with its database running, Django set up and the schema in step.

    Args:
        create: whether this command may make a home, and bring an older schema up to date.

    Raises:
        HomeNotFound: when there is none and the command may not make one.
        SchemaBehind: when the schema is old and the command may not change it.
    """
    home = create_home() if create else find_home()
    os.environ["QUNYING_HOME"] = str(home.path)
    os.environ.setdefault("QUNYING_SECRET_KEY", home.secret_key())
    with embedded.server(home):
        import django

        django.setup()
        if _pending():
            if not create:
                raise SchemaBehind(home=str(home.path))
            migrate()
        yield home


def _pending() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Bring the schema up to date; small steps, each in its own transaction, so that a killed run goes on where it was."""
    from django.core.management import call_command
    from django.db import connection

    from qunying.shell import new_schema

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET lock_timeout = '30s'")
    if new_schema.is_new():
        new_schema.create_schema()
    call_command("migrate", interactive=False, verbosity=0)
    connection.close()
