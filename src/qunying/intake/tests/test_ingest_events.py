"""Reported events: each key once, nothing vanishes, what does not fit says why."""

import contextlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from qunying.intake.actions.ingest_events import Ingested, StreamBehind, ingest_events
from qunying.intake.actions.replay_quarantined import replay_quarantined
from qunying.intake.doors.jobs import replay_waiting_events
from qunying.intake.models import QuarantinedEvent
from qunying.intake.reported.receive import anonymous_key
from qunying.intake.reported.settled import forget_settled
from qunying.intake.reported.shape import MAX_AGE, Rejected, read_event
from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.link_anonymous import link_anonymous
from qunying.members.models import Identity, Member
from qunying.members.queries.normalise_identity import normalise_identity
from qunying.members.tests.make import make_member
from qunying.stream.models import Event, EventKey

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ACTOR = system("test")


def reported(**fields: Any) -> dict[str, Any]:
    return {
        "source_event_id": str(new_id()),
        "name": "product_viewed",
        "occurred_at": (NOW - timedelta(hours=1)).isoformat(),
        "product": "85123A",
        **fields,
    }


def send(*events: Any, now: datetime = NOW, source: str = "shop") -> Ingested:
    texts = [event if isinstance(event, str) else json.dumps(event, sort_keys=True) for event in events]
    return ingest_events(command_id=str(new_id()), actor=ACTOR, now=now, source=source, events=texts)


def reason(event: Any) -> str:
    with pytest.raises(Rejected) as caught:
        read_event(event if isinstance(event, str) else json.dumps(event), NOW)
    return caught.value.reason


# Shape ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": "Product Viewed"}, "bad_shape"),
        ({"name": "viewed"}, "bad_shape"),
        ({"name": "product_" + "x" * 60}, "bad_shape"),
        ({"name": "coupon_redeemed"}, "reserved_name"),
        ({"name": "message_sent"}, "reserved_name"),
        ({"name": "points_granted"}, "reserved_name"),
        ({"name": "consent_changed"}, "reserved_name"),
        ({"name": "anonymous_linked"}, "reserved_name"),
        ({"occurred_at": "2026-03-05T11:00:00"}, "bad_shape"),
        ({"occurred_at": 1_772_000_000}, "bad_shape"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "too_old"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "from_the_future"),
        ({"occurred_at": (NOW + timedelta(minutes=11)).isoformat()}, "from_the_future"),
        ({"occurred_at": (NOW - MAX_AGE - timedelta(seconds=1)).isoformat()}, "too_old"),
        ({"product": "a\x00b"}, "bad_shape"),
        ({"source_event_id": "\x00"}, "bad_shape"),
        ({"source_event_id": ""}, "bad_shape"),
        ({"source_event_id": 7}, "bad_shape"),
        ({"properties": {"a\x00": "b"}}, "bad_shape"),
        ({"properties": {"a": "b\x00"}}, "bad_shape"),
        ({"properties": {"a": 1}}, "bad_shape"),
        ({"properties": {str(n): "" for n in range(51)}}, "bad_shape"),
        ({"quantity": 10**30}, "bad_shape"),
        ({"quantity": 1.5}, "bad_shape"),
        ({"amount_minor": 10**16, "currency": "CNY"}, "bad_shape"),
        ({"amount_minor": 100}, "bad_shape"),
        ({"amount_minor": 100, "currency": "ZZZ"}, "bad_shape"),
        ({"member_id": "nobody"}, "bad_shape"),
        ({"member_id": str(new_id()), "identity": {"type": "phone", "value": "13800000000"}}, "bad_shape"),
        ({"colour": "red"}, "bad_shape"),
        ({"properties": {"text": "x" * 1001}}, "bad_shape"),
        ({"properties": {str(n): "界" * 999 for n in range(12)}}, "too_large"),
    ],
)
def test_what_does_not_fit_says_why(change: dict[str, Any], expected: str) -> None:
    assert reason(reported(**change)) == expected


@pytest.mark.parametrize(
    "text", ["5", "null", "[]", "{}", '"x"', '{"a": NaN}', '{"a": "\\ud800"}', '{"quantity": Infinity}']
)
def test_what_is_no_event_at_all_has_a_bad_shape(text: str) -> None:
    assert reason(text) == "bad_shape"


def test_size_is_counted_as_the_sender_counts() -> None:
    """Ten thousand Chinese characters are 30 KB for the sender, though 60 KB in our spelling."""
    event = reported(properties={str(n): "界" * 1000 for n in range(10)})
    assert len(json.dumps(event)) > 60_000
    assert read_event(json.dumps(event), NOW).properties["3"] == "界" * 1000


@pytest.mark.parametrize(
    "name", ["order_paid", "order_refunded", "order_shipped", "rocket_launched", "product_viewed"]
)
def test_shops_report_orders_and_names_of_their_own(name: str) -> None:
    assert read_event(json.dumps(reported(name=name)), NOW).name == name


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*reported(), "member_id", "identity", "quantity", "properties"]), json_values
    )
)
def test_nonsense_is_set_aside_and_never_crashes(change: dict[str, Any]) -> None:
    with contextlib.suppress(Rejected):
        assert read_event(json.dumps({**reported(), **change}, sort_keys=True), NOW).source_event_id


# The action ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_replaying_everything_twice_changes_nothing() -> None:
    events = [reported() for _ in range(20)]
    assert send(*events).stored == 20
    again = send(*reversed(events), reported())
    assert again.stored == 1
    assert again.duplicates == list(range(20))
    assert Event.objects.count() == EventKey.objects.count() == 21


@pytest.mark.django_db(transaction=True)
def test_same_key_in_another_source_is_another_event() -> None:
    event = reported()
    assert send(event).stored == 1
    assert send(event, source="app").stored == 1
    assert len(set(Event.objects.values_list("id", flat=True))) == 2


@pytest.mark.django_db(transaction=True)
def test_same_key_with_another_body_is_set_aside() -> None:
    event = reported()
    other = {**event, "product": "other"}
    inside = send(event, other, event)
    assert (inside.stored, inside.duplicates) == (1, [2])
    assert [(aside.index, aside.reason) for aside in inside.quarantined] == [(1, "same_key_other_body")]
    later = send({**event, "product": "third"})
    assert [aside.reason for aside in later.quarantined] == ["same_key_other_body"]
    assert Event.objects.get().product == "85123A"
    assert QuarantinedEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_people_are_found_by_id_by_identity_or_stay_anonymous() -> None:
    member = Member.objects.create(first_seen_at=NOW, created_at=NOW)
    Identity.objects.create(member=member, type="phone", value=normalise_identity("phone", "13800001111"))
    done = send(
        reported(source_event_id="id", member_id=str(member.id)),
        reported(source_event_id="phone", identity={"type": "phone", "value": "+86 138-0000-1111"}),
        reported(source_event_id="device", anonymous_id="d1"),
        reported(source_event_id="device again", anonymous_id="d1"),
        reported(source_event_id="nobody"),
        reported(member_id=str(new_id())),
        reported(identity={"type": "phone", "value": "13999999999"}),
        reported(identity={"type": "phone", "value": "what?"}),
        reported(identity={"type": "star_sign", "value": "Leo"}),
    )
    assert done.stored == 5
    assert [aside.reason for aside in done.quarantined] == [
        "unknown_member",
        "unknown_identity",
        "bad_shape",
        "bad_shape",
    ]
    found = {event.source_event_id: event for event in Event.objects.all()}
    assert found["id"].member_id == found["phone"].member_id == member.id
    assert found["device"].anonymous_id == found["device again"].anonymous_id is not None
    assert found["device"].member_id is found["nobody"].member_id is found["nobody"].anonymous_id is None


@pytest.mark.django_db(transaction=True)
def test_replay_works_once_the_reason_is_gone() -> None:
    future = reported(occurred_at=(NOW + timedelta(hours=1)).isoformat())
    early = reported(identity={"type": "email", "value": "New@Example.com"})
    assert len(send(future, early, reported(name="coupon_redeemed")).quarantined) == 3
    member = Member.objects.create(first_seen_at=NOW, created_at=NOW)
    Identity.objects.create(member=member, type="email", value="new@example.com")
    arguments: dict[str, Any] = {"actor": ACTOR, "now": NOW + timedelta(hours=2)}
    only = replay_quarantined(command_id="1", reasons=["unknown_identity"], **arguments)
    assert (only.tried, only.stored) == (1, 1)
    rest = replay_quarantined(command_id="2", **arguments)
    assert (rest.tried, rest.stored, rest.still_quarantined, rest.last_id) == (2, 1, 1, None)
    assert QuarantinedEvent.objects.get(resolved_at=None).reason == "reserved_name"
    assert Event.objects.filter(member_id=member.id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_vanishes() -> None:
    """A fifth of the events is bad: stored, duplicate and quarantined are together what was sent."""
    good = [reported() for _ in range(800)]
    bad = [
        reported(**change) for change in ({"quantity": "x"}, {"name": "coupon_claimed"}) for _ in range(100)
    ]
    sent = [*good[:400], *bad, *good[400:], *good[:100]]
    counts: Counter[str] = Counter()
    for start in range(0, len(sent), 500):
        done = send(*sent[start : start + 500])
        counts.update(stored=done.stored, duplicate=len(done.duplicates), quarantined=len(done.quarantined))
    assert counts == {"stored": 800, "duplicate": 100, "quarantined": 200}
    assert Event.objects.count() == 800
    assert QuarantinedEvent.objects.count() == 200


@pytest.mark.django_db(transaction=True)
def test_a_bad_event_that_is_sent_again_is_kept_once() -> None:
    event = reported(quantity="many")
    send(event, event)
    send(event)
    assert QuarantinedEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_readers_that_are_far_behind_close_the_door(settings: Any) -> None:
    settings.INGEST_MAX_LAG = -1
    with pytest.raises(StreamBehind):
        send(reported())
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_settled_is_forgotten_after_a_while() -> None:
    send(reported(identity={"type": "email", "value": "a@example.com"}), reported(quantity="x"))
    QuarantinedEvent.objects.filter(reason="unknown_identity").update(resolved_at=NOW)
    assert forget_settled(NOW + timedelta(days=30)) == 0
    assert forget_settled(NOW + timedelta(days=31)) == 1
    assert QuarantinedEvent.objects.get().reason == "bad_shape"
    assert forget_settled(NOW + MAX_AGE + timedelta(days=1)) == 1


@pytest.mark.django_db(transaction=True)
def test_waiting_events_are_taken_by_the_job() -> None:
    now = clock.now()
    send(reported(identity={"type": "email", "value": "a@example.com"}, occurred_at=now.isoformat()), now=now)
    member = Member.objects.create(first_seen_at=now, created_at=now)
    Identity.objects.create(member=member, type="email", value="a@example.com")
    replay_waiting_events()
    assert Event.objects.get().member_id == member.id


# People who were erased ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_is_reported_of_an_erased_person_counts_without_words(home: Path) -> None:
    """Before and after, of them and of the visitor who they were; and nothing set aside names them any more."""
    words = {"properties": {"search": "Zyxwvut"}}
    member = make_member(identities=[("phone", "13812341234")], now=NOW - timedelta(days=1))
    visitor = {"anonymous_id": "cookie-1"}
    send(reported(**visitor, **words))
    reported_too_late = {
        "identity": {"type": "phone", "value": "138 1234 1234"},
        "occurred_at": "2020-01-01T00:00:00Z",
    }
    send(reported(**reported_too_late), reported(member_id=str(member.id).upper(), name="Nonsense"))
    send(reported(member_id=str(new_id())), ["identity"])
    assert QuarantinedEvent.objects.count() == 4
    linked = {"anonymous_id": anonymous_key("shop", "cookie-1"), "member_id": member.id}
    desk: dict[str, Any] = {"command_id": "a", "actor": system("desk"), "now": NOW}
    link_anonymous(**{**desk, **linked})
    ask_about_data(**{**desk, "command_id": "b"}, member_id=member.id, kind="erasure", text="Please")
    erase_member(**{**desk, "command_id": "c"}, member_id=member.id)
    assert QuarantinedEvent.objects.count() == 2
    assert send(reported(**visitor, **words), reported(member_id=str(member.id), **words)).stored == 2
    viewed = Event.objects.filter(name="product_viewed")
    assert [event.properties for event in viewed] == [{}, {}, {}]
