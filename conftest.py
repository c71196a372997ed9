"""Shared by all tests: a throw-away PostgreSQL, the real data when it is there, a cast of actors."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import pytest_django
from django.contrib.contenttypes.management import create_contenttypes
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase

from qunying.kernel.tests.databases import create_database, working_on
from qunying.shell.new_schema import create_schema

ROOT = Path(__file__).parent
OWN_SERVER = pytest.StashKey[bool]()
# Servers and commands are started many hundred times: none should compile the code anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("QUNYING_SECRET_KEY", "for tests only, not a secret of anything")
os.environ.setdefault("QUNYING_ALLOW_PRIVATE_ADDRESSES", "1")


def pytest_configure(config: pytest.Config) -> None:
    """Start a server for this process. Parallel workers have one each: an open transaction anywhere on a server holds back what its
    readers may see.
    """
    runs_no_test = config.option.collectonly or (
        config.option.dist != "no" and not hasattr(config, "workerinput")
    )
    if runs_no_test:
        return
    from django.conf import settings

    # Each test client makes the middleware anew, and this one would look at every static file each time.
    settings.WHITENOISE_AUTOREFRESH = True
    if os.environ.get("DATABASE_URL"):
        return
    from qunying.kernel import embedded
    from qunying.shell.settings import database

    folder = Path(tempfile.mkdtemp(prefix="qy-test-"))
    os.environ["QUNYING_HOME"] = str(folder)
    os.environ["DATABASE_URL"] = embedded.start_for_tests(folder / "pg")
    as_superuser = (
        os.environ["DATABASE_URL"].replace("qunying@", "postgres@", 1).replace("/qunying?", "/postgres?", 1)
    )
    with psycopg.connect(
        as_superuser
    ) as server:  # for tests that play somebody who tampers with the database
        server.execute("GRANT SET ON PARAMETER session_replication_role TO qunying")
    # The settings were read before this hook; no connection has been opened yet.
    settings.HOME, settings.FILES_ROOT = folder, folder / "files"
    settings.DATABASES["default"].update(database(os.environ["DATABASE_URL"]))

    def remove() -> None:
        embedded.stop_for_tests(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(remove)
    config.stash[OWN_SERVER] = True
    TransactionTestCase._fixture_teardown = lambda _test: empty_what_was_written()
    # Nothing here asks the framework's own types and permissions.
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def empty_what_was_written() -> None:
    """Take out the rows that a test committed, and put in place what every installation has. Django's own way empties every table
    there is and makes content types and permissions anew: more than a second after each such test, for a handful of rows.
    """
    tables = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        written = [table for (table,) in cursor.fetchall()]
        # As a replica would: neither the order of references nor the triggers against changes count.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET statement_timeout = 0")
        for table in written:
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("RESET session_replication_role")
        cursor.execute("RESET statement_timeout")
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> bool:
    """Whether the test database is there already: on a server of our own it is made here, at once."""
    if not request.config.stash.get(OWN_SERVER, False):
        return False
    name = connection.creation._get_test_db_name()
    with django_db_blocker.unblock():
        create_database(name)
        with working_on(name):
            create_schema()
    return True


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("QUNYING_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}")
    return folder


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Path:
    """A home folder of its own for files and lake."""
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    settings.FILES_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path
