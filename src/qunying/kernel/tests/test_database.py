"""The health check of a connection."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql import base


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """How often the server was asked."""
    answers: list[bool] = []
    ask = base.DatabaseWrapper.is_usable

    def counted(self: base.DatabaseWrapper) -> bool:
        answers.append(ask(self))
        return answers[-1]

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", counted)
    yield answers
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_quiet_connection_is_usable_without_asking(asked: list[bool]) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    assert not asked


@pytest.mark.django_db(transaction=True)
def test_after_an_error_the_server_is_asked(asked: list[bool]) -> None:
    connection.ensure_connection()
    connection.errors_occurred = True
    assert connection.is_usable()
    assert asked == [True]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_not_usable(asked: list[bool]) -> None:
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    deadline = time.monotonic() + 10
    while connection.is_usable() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert asked == [False]
