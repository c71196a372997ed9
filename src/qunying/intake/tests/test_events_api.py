"""Reported events over HTTP: one answer per event, refusals in words, the quarantine."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from qunying.accounts.models import ApiKey, User
from qunying.accounts.queries.authenticate_key import hash_secret
from qunying.intake.models import QuarantinedEvent
from qunying.intake.tests.test_ingest_events import NOW, reported, send
from qunying.kernel.ids import new_id


@pytest.fixture
def key(db: None) -> str:
    user = User.objects.create_user("owner@example.com", role="owner", name="Owner")
    ApiKey.objects.create(
        name="shop",
        prefix="qy_",
        secret_hash=hash_secret("qy_secret"),
        scopes=["intake.*"],
        created_by=user,
        created_at=NOW,
    )
    return "qy_secret"


@pytest.fixture
def post(key: str, transactional_db: None) -> Callable[..., Any]:
    def post(body: Any, path: str = "/api/v1/events", **headers: str) -> Any:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return Client().post(
            path,
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", **headers},
        )

    return post


def test_answer_names_each_event(post: Callable[..., Any]) -> None:
    answer = post(
        {
            "source": "shop",
            "events": [reported(source_event_id="a"), reported(source_event_id="b", name="x"), 5],
        }
    )
    assert answer.status_code == 200
    body = answer.json()
    assert [result["status"] for result in body["results"]] == ["stored", "quarantined", "quarantined"]
    assert [result["source_event_id"] for result in body["results"]] == ["a", "b", None]
    assert body["results"][1]["reason"] == "bad_shape"
    assert (body["stored"], body["duplicates"], body["quarantined"]) == (1, 0, 2)


def test_same_idempotency_key_gives_the_same_answer(post: Callable[..., Any]) -> None:
    batch = {"source": "shop", "events": [reported()]}
    first = post(batch, **{"Idempotency-Key": "k1"}).json()
    assert post(batch, **{"Idempotency-Key": "k1"}).json() == first
    assert post({"source": "shop", "events": [reported()]}, **{"Idempotency-Key": "k1"}).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "bad_batch"),
        (b"\xff\xfe", 422, "bad_batch"),
        (b"[" * 100_000, 422, "bad_batch"),
        (b'{"source": "shop"}', 422, "bad_batch"),
        (b'{"source": "shop", "events": []}', 422, "bad_batch"),
        (b'{"source": "shop", "events": [1], "more": 1}', 422, "bad_batch"),
        (b'{"source": "qunying", "events": [1]}', 422, "bad_batch"),
        (b'{"source": "a\\u0000b", "events": [1]}', 422, "bad_batch"),
        (json.dumps({"source": "shop", "events": [1] * 501}).encode(), 422, "bad_batch"),
        (b" " * 1_000_001, 413, "body_too_large"),
    ],
)
def test_what_is_no_batch_is_refused(post: Callable[..., Any], body: bytes, status: int, code: str) -> None:
    answer = post(body)
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)
    assert not QuarantinedEvent.objects.exists()


def test_huge_numbers_are_set_aside(post: Callable[..., Any]) -> None:
    event = json.dumps(reported())[:-1] + ', "quantity": ' + "9" * 10_000 + "}"
    answer = post(f'{{"source": "shop", "events": [{event}, {event.replace("9" * 10_000, "1e999")}]}}')
    assert [result["reason"] for result in answer.json()["results"]] == ["bad_shape", "bad_shape"]


def test_429_says_when_to_come_back(post: Callable[..., Any], settings: Any) -> None:
    settings.INGEST_MAX_LAG = -1
    answer = post({"source": "shop", "events": [reported()]})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")


def test_a_key_without_the_permission_is_refused(post: Callable[..., Any]) -> None:
    ApiKey.objects.update(scopes=["members.view"])
    assert post({"source": "shop", "events": [reported()]}).status_code == 403
    assert Client().post("/api/v1/events", "{}", content_type="application/json").status_code == 401


def test_quarantine_is_listed_and_replayed(post: Callable[..., Any], key: str) -> None:
    post({"source": "shop", "events": [reported(quantity="x"), reported(member_id=str(new_id()))]})
    headers = {"Authorization": f"Bearer {key}"}
    everything = Client().get("/api/v1/events/quarantined?limit=1", headers=headers).json()
    assert len(everything["items"]) == 1
    more = (
        Client()
        .get(f"/api/v1/events/quarantined?limit=1&cursor={everything['next_cursor']}", headers=headers)
        .json()
    )
    assert {everything["items"][0]["reason"], more["items"][0]["reason"]} == {"bad_shape", "unknown_member"}
    answer = post({"reasons": ["unknown_member"]}, "/api/v1/events/quarantined/replay")
    assert answer.json() == {
        "tried": 1,
        "stored": 0,
        "duplicates": 0,
        "still_quarantined": 1,
        "last_id": None,
    }


def test_description_has_no_broken_references() -> None:
    from qunying.shell.api import api

    schema = api.get_openapi_schema()
    body = schema["paths"]["/api/v1/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "$ref" not in json.dumps(body)
    assert body["properties"]["events"]["maxItems"] == 500


@pytest.mark.django_db(transaction=True)
def test_a_batch_takes_few_statements(django_assert_max_num_queries: Any) -> None:
    events = [reported(anonymous_id=str(n)) for n in range(500)]
    with django_assert_max_num_queries(14):
        assert send(*events).stored == 500
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stream_event_rest")
        assert cursor.fetchone() == (500,)  # received in a month of a test, for which there is no partition


@pytest.mark.django_db(transaction=True)
def test_order_of_fields_does_not_make_another_body(post: Callable[..., Any]) -> None:
    event = reported()
    backwards = dict(reversed(event.items()))
    assert post({"source": "shop", "events": [event]}).json()["stored"] == 1
    assert post({"source": "shop", "events": [backwards]}).json()["duplicates"] == 1
