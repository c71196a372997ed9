"""Databases of their own for tests and measurements: made, worked on for a while, taken away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection, connections

LEAVE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = %s AND backend_type = 'client backend'"
)


def create_database(name: str) -> None:
    """Make an empty database on the server of the present one."""
    with connection._nodb_cursor() as server:
        server.execute(f'CREATE DATABASE "{name}"')


def copy_database(name: str) -> None:
    """Make a copy of the present database; whoever works on that is put out."""
    source = connection.settings_dict["NAME"]
    connections.close_all()
    with connection._nodb_cursor() as server:
        server.execute(LEAVE, [source])
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def drop_database(name: str) -> None:
    """Take a database away; whoever works on it is put out. FORCE may not end the server's own processes, which leave by themselves."""
    with connection._nodb_cursor() as server:
        server.execute(LEAVE, [name])
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Let this process work on another database for a while."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def address_of(name: str) -> str:
    """Return the address of a database on the server of ``DATABASE_URL``."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
