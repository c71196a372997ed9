"""What tests of the API share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from qunying.accounts.tests.make import make_secret


@pytest.fixture
def open_connection(db: None, home: Any) -> Iterator[None]:
    """Keep the connection after a request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with connection.cursor() as cursor:  # what would fail at the end of a request fails within it
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def powerful(open_connection: None) -> str:
    """The secret of a key that may do everything."""
    return make_secret("*")


@pytest.fixture
def powerless(open_connection: None) -> str:
    """The secret of a key that may do nothing."""
    return make_secret("nothing.at_all")
