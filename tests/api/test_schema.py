"""Requests made up from the API's own description: every answer is one that the description knows."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, CheckFunction
from schemathesis.config import SchemathesisConfig

from qunying.accounts.tests.make import make_secret
from qunying.shell.api import api
from qunying.shell.wsgi import application

# What fits the schema may still be refused by the rules of the business, with the same status.
LEFT_OUT = {"positive_data_acceptance"}
# A batch is taken in also when some of its events do not fit: the answer says so event by event.
JUDGED_ONE_BY_ONE = {"/api/v1/events"}

config = SchemathesisConfig()
config.projects.default.generation.allow_extra_parameters = False
schema = schemathesis.openapi.from_dict(api.get_openapi_schema(), config=config)
schema.app = application


def bounded(examples: int) -> settings:
    """The same requests on every run, and at most so many made-up ones for each operation."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )


def standard_checks() -> list[CheckFunction]:
    """All checks of the library but those left out."""
    return [
        check
        for name in CHECKS.get_all_names()
        if name not in LEFT_OUT
        for check in CHECKS.get_by_names([name])
    ]


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


def send(case: schemathesis.Case, secret: str) -> None:
    """Send one request; the checks look at its answer."""
    case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=standard_checks(case.path))


@pytest.fixture
def powerful(open_connection: None) -> str:
    """The secret of a key that may do everything."""
    return make_secret("*")


@pytest.fixture
def powerless(open_connection: None) -> str:
    """The secret of a key that may do nothing."""
    return make_secret("nothing.at_all")


@schema.parametrize()
@bounded(examples=8)
def test_answers_are_described(case: schemathesis.Case, powerful: str) -> None:
    send(case, powerful)


@pytest.mark.full
@schema.parametrize()
@bounded(examples=150)
def test_answers_are_described_at_full_size(case: schemathesis.Case, powerful: str) -> None:
    send(case, powerful)


@pytest.mark.full
@schema.parametrize()
@bounded(examples=10)
def test_a_key_without_scopes_gets_nothing(case: schemathesis.Case, powerless: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {powerless}"})
    assert response.status_code in {400, 403, 404, 405, 422}, response.status_code
