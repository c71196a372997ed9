"""Every operation of the API: described by an example, closed to who may not, and repeatable."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from qunying.accounts.actions.create_key import new_secret
from qunying.accounts.models import ApiKey
from qunying.accounts.queries.authenticate_key import hash_secret
from qunying.accounts.roles import PERMISSIONS, Role
from qunying.accounts.tests.make import make_program, make_secret, make_staff
from qunying.kernel import clock
from qunying.kernel.actions import registry
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.models import Command
from qunying.shell.api import api
from tests.api.examples import EXAMPLES, Operation, operations

OPERATIONS = operations()
WRITES = [operation for operation in OPERATIONS if operation.writes]
# Operations whose permission is neither the action of their name nor the noun's view.
PERMISSIONS_BY_NAME: dict[str, str] = {
    "rewards.find_coupon_by_code": "rewards.view",
    "rewards.get_liability": "ledger.view",
    "rewards.see_code": "rewards.see_code",
    "rewards.claim_coupons": "rewards.claim_coupon",
    "rewards.quote_cart": "rewards.view",
    "content.add_picture": "content.add_material",
}
# Operations that do two things, each of which is to be allowed.
ALSO_NEEDED = {
    "communities.start_message_import": ["communities.receive_message_import"],
    "intake.start_import": ["intake.receive_import"],
}
# Operations that only ask, though they are sent with a body.
QUESTIONS = {"segments.preview_rule", "rewards.find_coupon_by_code", "rewards.quote_cart"}
# What a repeated request may touch: counters of attempts, and nothing else.
NOT_EFFECTS = {"kernel_attemptwindow"}


def permission_of(operation: Operation) -> str:
    """The action id or view that an operation needs."""
    if operation.id in PERMISSIONS_BY_NAME:
        return PERMISSIONS_BY_NAME[operation.id]
    noun = operation.id.split(".")[0]
    return operation.id if operation.writes and operation.id not in QUESTIONS else f"{noun}.view"


def programs_of(roles: list[Role]) -> dict[Role, Client]:
    """Programs whose keys may do all that people of the roles may."""
    owner, secrets = make_staff(Role.OWNER), {role: new_secret() for role in roles}
    ApiKey.objects.bulk_create(
        ApiKey(
            name=role.value,
            prefix=secret[:10],
            secret_hash=hash_secret(secret),
            scopes=sorted(PERMISSIONS[role]),
            created_by=owner,
            created_at=clock.now(),
        )
        for role, secret in secrets.items()
    )
    return {role: Client(headers={"authorization": f"Bearer {secret}"}) for role, secret in secrets.items()}


@cache
def filled_tables() -> set[str]:
    """The tables that hold rows in every installation (and in the first test that asks)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for (name,) in cursor))
        return {name for (name,) in cursor}


def contents(*, whole: bool = False) -> dict[str, str | None]:
    """A fingerprint of every table that can hold rows: the others were not written since the transaction of the test began.
    With ``whole``, for tests that commit, of every table.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
            " AND schemaname = 'public'"
        )
        written = {name for (name,) in cursor}
        tables = (
            set(connection.introspection.table_names(cursor)) if whole else written | filled_tables()
        ) - NOT_EFFECTS
        prints = (
            f"(SELECT '{name}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM \"{name}\" t)"
            for name in tables
        )
        cursor.execute(" UNION ALL ".join(prints))
        return dict(cursor.fetchall())


def changed(before: dict[str, str | None], after: dict[str, str | None]) -> set[str]:
    """The tables that are not what they were."""
    return {table for table in after if before.get(table) != after[table]}


def test_the_walk_in_the_documents_is_there_and_every_field_has_a_name() -> None:
    walk = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    said = set(re.findall(r"`(GET|POST|PUT) (/[^`\s]+)`", walk))
    assert said
    known = {
        (operation.method.upper(), re.sub(r"{\w+}", "{}", operation.route.removeprefix("/api/v1")))
        for operation in OPERATIONS
    }
    assert not {
        (method, path) for method, path in said if (method, re.sub(r"{\w+}", "{}", path)) not in known
    }
    assert '"properties": {"": ' not in json.dumps(api.get_openapi_schema(), default=str)


@pytest.fixture
def in_a_home(db: None, home: Any) -> None:
    """A test database, and a home for files and the lake."""


def test_every_operation_has_an_example() -> None:
    ids = [operation.id for operation in OPERATIONS]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(EXAMPLES)


@pytest.mark.parametrize("operation", WRITES, ids=str)
def test_writing_is_calling_an_action_of_the_same_name(operation: Operation) -> None:
    assert operation.id in QUESTIONS or permission_of(operation) in registry


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_only_who_may(operation: Operation, in_a_home: None) -> None:
    sent = EXAMPLES[operation.id]()
    assert operation.send(Client(), sent).status_code == HTTPStatus.UNAUTHORIZED
    assert (
        operation.send(Client(headers={"authorization": "Bearer qy_no"}), sent).status_code
        == HTTPStatus.UNAUTHORIZED
    )
    needed = permission_of(operation)
    refused = programs_of([role for role in Role if not Actor("key", role, PERMISSIONS[role]).may(needed)])
    powerless = make_program("nothing.at_all")
    before = contents()
    for role, program in [("no scope", powerless), *refused.items()]:
        response = operation.send(program, sent)
        assert response.status_code == HTTPStatus.FORBIDDEN, (role, response.content)
        assert response.json()["code"] == "forbidden"
    assert not changed(before, contents())
    response = operation.send(make_program(needed, *ALSO_NEEDED.get(operation.id, [])), sent)
    assert HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES, response.content


@pytest.mark.parametrize("operation", WRITES, ids=str)
def test_a_repeated_request_has_one_effect(operation: Operation, in_a_home: None) -> None:
    sent = EXAMPLES[operation.id]()
    program, key = make_program("*"), str(new_id())
    at_first = contents()
    first = operation.send(program, sent, key=key)
    assert HTTPStatus.OK <= first.status_code < HTTPStatus.MULTIPLE_CHOICES, first.content
    after_one = contents()
    second = operation.send(program, sent, key=key)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert not changed(after_one, contents())
    if operation.id in QUESTIONS:
        assert not changed(at_first, after_one)
        return
    assert "kernel_command" in changed(at_first, after_one)
    if sent.other is not None:
        third = operation.send(program, sent, key=key, body=sent.other)
        assert third.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, third.content
        assert third.json()["code"] == "command_reused"
        assert not changed(after_one, contents())


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("operation", [one for one in WRITES if one.id not in QUESTIONS], ids=str)
def test_twenty_at_once_have_one_effect_and_one_answer(operation: Operation, home: Any) -> None:
    sent, key = EXAMPLES[operation.id](), str(new_id())
    sender = {"authorization": f"Bearer {make_secret('*')}"}

    def ask(_number: int) -> tuple[int, bytes]:
        try:
            answer = operation.send(Client(headers=sender), sent, key=key)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as crowd:
        answers = set(crowd.map(ask, range(20)))
    assert len(answers) == 1, answers
    ((status, content),) = answers
    assert HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES, content
    after = contents(whole=True)
    known_by = [one["command_id"] for one in (sent.body or {}).get("claims", [])] or [key]  # each on its own
    assert Command.objects.filter(command_id__in=known_by).count() == len(known_by)
    assert ask(0) == (status, content)
    assert not changed(after, contents(whole=True))
    if sent.other is not None:
        third = operation.send(Client(headers=sender), sent, key=key, body=sent.other)
        assert (third.status_code, third.json()["code"]) == (422, "command_reused")
        assert not changed(after, contents(whole=True))
