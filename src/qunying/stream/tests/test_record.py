"""Recording: inside a transaction, declared, never rewritten; keys from outside count once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qunying.kernel.ids import new_id
from qunying.stream.events import EventType
from qunying.stream.models import Event, EventKey
from qunying.stream.record import NewEvent, Outcome, ReceivedEvent, record, record_from_query, record_received
from qunying.stream.tests.make import NOON, WAVED, make_event

SELECT = (
    "SELECT gen_random_uuid(), 'test', n::text, 'hand_waved', NULL::uuid, NULL::uuid, %s::timestamptz,"
    " %s::timestamptz, NULL::uuid, NULL::uuid, NULL::uuid, 'P' || n, NULL::uuid, n, NULL::bigint, NULL,"
    " jsonb_build_object('hand', 'left'), true FROM generate_series(1, 3) AS n"
)


def received(key: str, body: str = "body", **fields: Any) -> ReceivedEvent:
    return ReceivedEvent(
        id=new_id(),
        source="shop",
        source_event_id=key,
        body_hash=body,
        name="hand_waved",
        occurred_at=NOON,
        received_at=NOON,
        **fields,
    )


def take(*events: ReceivedEvent) -> list[Outcome]:
    with transaction.atomic():
        return record_received(events)


@pytest.mark.django_db(transaction=True)
def test_events_belong_to_a_transaction() -> None:
    with pytest.raises(ValueError, match="transaction"):
        record(NewEvent(type=WAVED, occurred_at=NOON, received_at=NOON))
    with pytest.raises(ValueError, match="transaction"):
        record_from_query(SELECT, [NOON, NOON])
    with pytest.raises(ValueError, match="transaction"):
        record_received([received("a")])


@pytest.mark.django_db(transaction=True)
def test_events_go_with_their_transaction() -> None:
    def fail() -> None:
        record(NewEvent(type=WAVED, occurred_at=NOON, received_at=NOON))
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction.atomic():
        fail()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_undeclared_properties_and_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="does not declare"):
        make_event(properties={"foot": "left"})
    with pytest.raises(ValueError, match="zone"):
        make_event(occurred_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE stream_event SET name = 'x_y'", "DELETE FROM stream_event"])
@pytest.mark.parametrize("is_in_a_month", [True, False])
def test_history_cannot_be_rewritten(statement: str, is_in_a_month: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    event = make_event(received_at=now if is_in_a_month else NOON.replace(year=1999))
    with (
        pytest.raises(DatabaseError, match="never rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().id == event.id


@pytest.mark.django_db
def test_what_has_no_real_time_is_refused_by_the_table() -> None:
    with pytest.raises(DatabaseError, match="real_time"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stream_event (id, source, source_event_id, name, occurred_at, received_at)"
            " VALUES (gen_random_uuid(), 's', 'k', 'hand_waved', 'infinity', now())"
        )


@pytest.mark.django_db
def test_events_are_recorded_from_a_query() -> None:
    assert record_from_query(SELECT, [NOON, NOON]) == 3
    found = list(Event.objects.order_by("position"))
    assert [event.product for event in found] == ["P1", "P2", "P3"]
    assert found[0].properties == {"hand": "left"}
    assert found[0].backfill
    assert len({event.transaction for event in found}) == 1


@pytest.mark.django_db(transaction=True)
def test_outcomes() -> None:
    assert take(received("a"), received("b"), received("a"), received("b", "other")) == [
        "stored", "stored", "duplicate", "conflict",
    ]  # fmt: skip
    assert take(received("b"), received("a", "other"), received("c")) == ["duplicate", "conflict", "stored"]
    assert Event.objects.count() == EventKey.objects.count() == 3
    assert take() == []


@pytest.mark.django_db(transaction=True)
def test_text_survives_the_bulk_door() -> None:
    text = 'tab\t newline\n back\\slash "quotes" \\N 群盈 🎉'
    take(received(text, product=text, properties={text: text}, quantity=-(2**62), amount_minor=2**62))
    event = Event.objects.get()
    assert (event.source_event_id, event.product, event.properties) == (text, text, {text: text})
    assert (event.quantity, event.amount_minor) == (-(2**62), 2**62)


@pytest.mark.django_db(transaction=True)
def test_same_batch_from_many_sides_at_once_counts_once() -> None:
    """Opposite orders would deadlock if the keys were not taken in one order."""

    def send(turn: int) -> list[Outcome]:
        events = [received(f"k{number}") for number in range(100)]
        try:
            return take(*(events if turn % 2 else reversed(events)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert Event.objects.count() == EventKey.objects.count() == 100
    assert sum(answer.count("stored") for answer in answers) == 100
    assert sum(answer.count("duplicate") for answer in answers) == 700


class KeysCountOnce(TestCase):
    """Whatever the order and the batches: the first of a key is stored, all others are answered by their body."""

    @hypothesis_settings(max_examples=30, deadline=None)
    @given(
        st.lists(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xy")), max_size=6), max_size=5)
    )
    def test_any_batches(self, batches: list[list[tuple[str, str]]]) -> None:
        stored: dict[str, str] = {}
        for batch in batches:
            expected = []
            for key, body in batch:
                expected.append(
                    "stored" if key not in stored else "duplicate" if stored[key] == body else "conflict"
                )
                stored.setdefault(key, body)
            assert take(*[received(key, body) for key, body in batch]) == expected
        assert Event.objects.count() == len(stored)


def test_a_name_has_a_noun_and_a_verb() -> None:
    with pytest.raises(ValueError, match="past verb"):
        EventType("Waved", "Waved")
