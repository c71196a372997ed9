"""Taking in reported events, as an action and over HTTP, beside one COPY of the same events into a plain table."""

import http.client
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import batched
from typing import Any
from uuid import uuid4

import psycopg

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

EVENTS = 50_000
BATCH = 500
SENDERS = 4
PLAIN = """CREATE TABLE plain_event (
    source text, source_event_id text, name text, identity text, occurred_at timestamptz, product text,
    amount bigint, currency text, properties jsonb, PRIMARY KEY (source, source_event_id))"""


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:
    """Measure the action in one process, then the HTTP door with some senders at a time."""
    amount = EVENTS // divisor
    plain = Way(lambda given: _copy(*given), lambda: _with_reports(place, amount))
    yield compare(
        "ingest, action",
        unit="events",
        amount=amount,
        ours=Way(lambda given: _act(given[1]), lambda: _with_reports(place, amount)),
        reference=plain,
        reference_name="one COPY into a plain table with a key",
    )
    yield compare(
        f"ingest, HTTP, {SENDERS} senders",
        unit="events",
        amount=amount,
        ours=Way(lambda served: _post(*served), lambda: _served(place, amount)),
        reference=plain,
        reference_name="one COPY into a plain table with a key",
    )


def _reports(amount: int) -> list[dict[str, Any]]:
    """Events of shop visitors, all new, of identities that the shop gave them."""
    from qunying.kernel import clock

    at = clock.now().isoformat()
    run = uuid4().hex
    return [
        {
            "source_event_id": f"{run}-{number}",
            "name": "product_viewed",
            "occurred_at": at,
            "anonymous_id": str(uuid4()),
            "product": f"P{number % 5_000:05d}",
            "amount_minor": number % 10_000,
            "currency": "CNY",
            "properties": {"page": "product", "channel": "mini_program"},
        }
        for number in range(amount)
    ]


def _act(reports: list[dict[str, Any]]) -> None:
    from qunying.intake.actions.ingest_events import ingest_events
    from qunying.kernel import actors, clock

    for some in batched(reports, BATCH):
        done = ingest_events(
            command_id=str(uuid4()),
            actor=actors.system("bench"),
            now=clock.now(),
            source="bench",
            events=[json.dumps(report, sort_keys=True) for report in some],
        )
        assert done.stored == len(some), done


@contextmanager
def _with_reports(place: Installation, amount: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the address of an empty database and new events."""
    with place.fresh_database() as url:
        yield url, _reports(amount)


@contextmanager
def _served(place: Installation, amount: int) -> Iterator[tuple[str, int, str, list[dict[str, Any]]]]:
    """Serve an empty database; yield host, port, the secret of a key that may report events, and new events."""
    from qunying.accounts.tests.make import make_secret

    with _with_reports(place, amount) as (url, reports):
        secret = make_secret("intake.*")
        with place.server(url) as (host, port):
            yield host, port, secret, reports


def _post(host: str, port: int, secret: str, reports: list[dict[str, Any]]) -> None:
    batches = list(batched(reports, BATCH))

    def send(part: list[tuple[dict[str, Any], ...]]) -> None:
        connection = http.client.HTTPConnection(host, port, timeout=60)
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        for some in part:
            body = json.dumps({"source": "bench", "events": some})
            connection.request("POST", "/api/v1/events", body, {**headers, "Idempotency-Key": str(uuid4())})
            response = connection.getresponse()
            answer = response.read()
            assert response.status == http.HTTPStatus.OK, answer
            assert json.loads(answer)["stored"] == len(some), answer
        connection.close()

    with ThreadPoolExecutor(SENDERS) as senders:
        for _done in senders.map(send, [batches[first::SENDERS] for first in range(SENDERS)]):
            pass


def _copy(url: str, reports: list[dict[str, Any]]) -> None:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(PLAIN)
        columns = (
            "source, source_event_id, name, identity, occurred_at, product, amount, currency, properties"
        )
        with cursor.copy(f"COPY plain_event ({columns}) FROM STDIN") as copy:
            for report in reports:
                copy.write_row(
                    (
                        "bench",
                        report["source_event_id"],
                        report["name"],
                        report["anonymous_id"],
                        report["occurred_at"],
                        report["product"],
                        report["amount_minor"],
                        report["currency"],
                        json.dumps(report["properties"]),
                    )
                )
