"""Webhook: signed, one id per message, and every kind of answer settled for what it is."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.members.tests.make import make_member
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.actions.resolve_unknown import NotUnknown, resolve_unknown
from qunying.messages.models import ChannelPace, MemberDay, Send
from qunying.messages.sending.settle import MAX_ATTEMPTS, backoff
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words
from qunying.messages.tests.providers import Answer, WebProvider, silent
from qunying.stream.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_one_machine")]
KEY = b"k" * 32
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


@pytest.fixture
def channel(provider: WebProvider) -> UUID:
    made = create_channel(
        **words(),
        kind="webhook",
        name="SMS",
        settings={"url": provider.url, "identity": "phone"},
        secret=SECRET,
    )
    return made.channel_id


def reachable() -> UUID:
    member = make_member(consents={"sms": True})
    member.identities.create(type="phone", value=f"138{member.pk.int % 10**8:08}")
    return member.pk


def sends_of(answer: Answer, provider: WebProvider, channel: UUID) -> Send:
    provider.mood = lambda _number: answer
    plan([reachable()], channel_id=channel)
    dispatch()
    return Send.objects.get()


def test_a_message_is_signed_and_names_its_receiver(provider: WebProvider, channel: UUID) -> None:
    member = reachable()
    planned = plan([member], channel_id=channel)
    assert (planned.planned, planned.dropped) == (1, {})
    assert dispatch().handled == 1
    _path, headers, body = provider.heard[0]
    send = Send.objects.get()
    assert headers["webhook-id"] == str(send.pk) == send.dedupe_key
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(NOON.timestamp())
    data = json.loads(body)["data"]
    assert data["to"] == {"phone": send.member.identities.get(type="phone").value}  # type: ignore[union-attr]
    assert data["text"].startswith("Hello Member")
    assert (send.state, send.detail) == ("sent", "HTTP 200")
    assert Event.objects.get(name="message_sent").member_id == member


def test_who_has_no_phone_gets_nothing_and_the_reason_says_so(provider: WebProvider, channel: UUID) -> None:
    assert plan([make_member(consents={"sms": True}).pk], channel_id=channel).dropped == {"no_contact": 1}
    lost = reachable()
    plan([lost], channel_id=channel)
    Send.objects.get(member_id=lost).member.identities.filter(type="phone").delete()  # type: ignore[union-attr]
    dispatch()
    assert Send.objects.get(member_id=lost).reason == "no_contact"
    assert not provider.taken


@pytest.mark.parametrize("status", [400, 402, 410, 422, 301, 302, 501])
def test_a_definite_no_is_refused_and_gives_the_limit_back(
    status: int, provider: WebProvider, channel: UUID
) -> None:
    send = sends_of((status, {"Location": provider.url}, b""), provider, channel)
    assert (send.state, send.reason, send.detail) == ("refused", "rejected", f"HTTP {status}")
    assert MemberDay.objects.get().used == 0
    assert Event.objects.get(name="message_refused").properties["reason"] == "rejected"
    assert len(provider.taken) == 1


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_server_that_breaks_down_leaves_it_unknown(
    status: int, provider: WebProvider, channel: UUID
) -> None:
    send = sends_of((status, {}, b""), provider, channel)
    assert (send.state, send.reason) == ("unknown", "no_answer")
    assert MemberDay.objects.get().used == 1


def test_silence_after_the_data_is_unknown_and_never_tried_again(
    provider: WebProvider, channel: UUID
) -> None:
    provider.mood = silent
    plan([reachable()], channel_id=channel)
    for hours in range(48):
        dispatch(NOON + timedelta(hours=hours))
    send = Send.objects.get()
    assert (send.state, send.reason) == ("unknown", "no_answer")
    assert len(provider.taken) == 1
    assert MemberDay.objects.get().used == 1


def test_busy_providers_are_left_alone_for_as_long_as_they_ask(provider: WebProvider, channel: UUID) -> None:
    provider.mood = lambda _number: (429, {"Retry-After": "600"}, b"")
    plan([reachable(), reachable()], channel_id=channel)
    dispatch()
    assert len(provider.taken) == 1
    assert ChannelPace.objects.get().blocked_until == NOON + timedelta(seconds=600)
    states = dict(Send.objects.values_list("state", "reason"))
    assert states == {"retryable": "provider_busy", "planned": "waiting_turn"}
    dispatch(NOON + timedelta(seconds=599))
    assert len(provider.taken) == 1
    provider.mood = lambda _number: (204, {}, b"")
    dispatch(NOON + timedelta(seconds=601))
    dispatch(NOON + timedelta(seconds=1200))
    assert set(Send.objects.values_list("state", flat=True)) == {"sent"}
    assert MemberDay.objects.count() == 2
    assert set(MemberDay.objects.values_list("used", flat=True)) == {1}


def test_an_unreachable_provider_is_tried_again_and_at_last_given_up(
    provider: WebProvider, channel: UUID
) -> None:
    provider.close()
    plan([reachable()], channel_id=channel)
    now = NOON
    for attempt in range(1, MAX_ATTEMPTS + 1):
        dispatch(now)
        send = Send.objects.get()
        assert send.attempts == attempt
        assert MemberDay.objects.get().used == 0
        now = send.due_at
    assert (send.state, send.reason, send.detail) == ("refused", "gave_up", "ConnectError")
    dispatch(now + timedelta(hours=1))
    assert Send.objects.get().attempts == MAX_ATTEMPTS


def test_a_stale_promotion_is_not_tried_again(provider: WebProvider, channel: UUID) -> None:
    provider.close()
    plan([reachable()], channel_id=channel, not_after=NOON + timedelta(seconds=5))
    dispatch()
    dispatch(NOON + timedelta(hours=1))
    send = Send.objects.get()
    assert (send.state, send.reason, send.detail) == ("dropped", "stale", "not_reached")


def test_waits_grow_and_differ_and_are_the_same_again() -> None:
    ids = [UUID(int=number) for number in range(50)]
    for attempt in range(1, 6):
        waits = [backoff(send_id, attempt) for send_id in ids]
        assert waits == [backoff(send_id, attempt) for send_id in ids]
        assert len(set(waits)) > 40
        assert timedelta(seconds=15) <= min(waits)
        assert max(waits) <= timedelta(minutes=90)
    assert backoff(ids[0], 3) > backoff(ids[0], 1)


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "used", "told"),
    [
        ("sent", "sent", "confirmed", 1, "message_sent"),
        ("not_sent", "refused", "denied", 0, "message_refused"),
    ],
)
def test_a_person_settles_what_nobody_knew(
    outcome: Any, state: str, reason: str, used: int, told: str, provider: WebProvider, channel: UUID
) -> None:
    provider.mood = silent
    plan([reachable()], channel_id=channel)
    dispatch()
    send = Send.objects.get()
    resolve_unknown(**words(), send_ids=[send.pk], outcome=outcome)
    send.refresh_from_db()
    assert (send.state, send.reason, send.resolved_by) == (state, reason, "system:test")
    assert MemberDay.objects.get().used == used
    assert Event.objects.filter(name=told).count() == 1
    with pytest.raises(NotUnknown):
        resolve_unknown(**words(), send_ids=[send.pk], outcome="again")


def test_sent_again_on_a_persons_word_it_has_the_same_id(provider: WebProvider, channel: UUID) -> None:
    provider.mood = silent
    plan([reachable()], channel_id=channel)
    dispatch()
    provider.mood = lambda _number: (200, {}, b"")
    send = Send.objects.get()
    resolve_unknown(**words(), send_ids=[send.pk], outcome="again")
    dispatch()
    send.refresh_from_db()
    assert (send.state, send.attempts, send.resolved_by) == ("sent", 2, "")
    assert provider.ids() == {str(send.pk): 2}
    assert MemberDay.objects.get().used == 1


def test_a_paused_channel_keeps_its_messages(provider: WebProvider, channel: UUID) -> None:
    from qunying.messages.actions.change_channel import change_channel

    plan([reachable()], channel_id=channel)
    same: dict[str, Any] = {"channel_id": channel, "name": "SMS", "settings": {"url": provider.url}}
    change_channel(**words(), **same, is_active=False)
    dispatch()
    assert not provider.taken
    change_channel(**words(), **same, is_active=True)
    dispatch()
    assert len(provider.taken) == 1


def test_service_messages_reach_a_given_contact_without_consent(provider: WebProvider, channel: UUID) -> None:
    from qunying.messages.actions.send_service_message import send_service_message

    member = make_member()
    template = make_template(purpose="service", body="Your code is {{ code }}", variables={"code": ""})
    sent = send_service_message(
        **words(),
        member_id=member.pk,
        template_id=template,
        variables={"code": "123456"},
        key="code 1",
        contact_type="phone",
        contact="13900000000",
    )
    row = Send.objects.get()
    assert "123456" not in row.sealed_variables
    dispatch()
    assert provider.taken[0]["data"]["to"] == {"phone": "13900000000"}
    assert provider.taken[0]["data"]["text"] == "Your code is 123456"
    row.refresh_from_db()
    assert (row.pk, row.state, row.sealed_variables) == (sent.send_id, "sent", "")
    assert not MemberDay.objects.exists()
