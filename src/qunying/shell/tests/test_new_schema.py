"""A schema made at once is the schema that all migrations make."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
import pytest_django
from django.core.management import call_command
from django.db import connection

from qunying.kernel import embedded
from qunying.kernel.tests.databases import create_database, drop_database, working_on
from qunying.shell.installation import migrate


@contextmanager
def empty_database() -> Iterator[str]:
    """A database that the connection works on meanwhile."""
    name = f"schema_{uuid4().hex[:8]}"
    create_database(name)
    try:
        with working_on(name):
            yield name
    finally:
        drop_database(name)


def schema_of(database: str) -> list[str]:
    """The lines that describe a database, sorted: what is in it counts, not in which order it came."""
    command = [str(embedded.programs() / "pg_dump"), "--schema-only"]
    command += [
        "-U",
        str(connection.settings_dict["USER"]),
        "-h",
        str(connection.settings_dict["HOST"]),
        database,
    ]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(line.rstrip(",") for line in dump.splitlines() if not line.startswith("\\"))


def rows_in_tables() -> dict[str, int]:
    """How many rows each table has, but for the audit's: it begins to be kept where its migration stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' EXCEPT"
            " SELECT table_name FROM information_schema.columns WHERE column_name = 'pgh_id'"
        )
        counts = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
        return counts


@pytest.mark.django_db(transaction=True)
@pytest.mark.full
def test_both_ways_make_the_same(django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    with empty_database() as name:
        migrate()
        at_once, filled = schema_of(name), rows_in_tables()
    with empty_database() as name:
        call_command("migrate", interactive=False, verbosity=0)
        assert set(at_once) ^ set(schema_of(name)) == set()
        assert filled == rows_in_tables()
    assert len(at_once) > 3_000
    assert filled["django_migrations"] > 100
