"""Text messages: the provider's own field names, its own word for “taken”, and signing in by phone."""

import json
from typing import Any, cast
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client

from qunying.kernel import clock
from qunying.members.models import Identity, OneTimeCode
from qunying.members.queries.one_time_codes import find_code_to_deliver
from qunying.members.tests.make import make_member
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.channels.settings import BadChannelSetting
from qunying.messages.channels.sms import body_of
from qunying.messages.doors.jobs import deliver_code
from qunying.messages.models import Send
from qunying.messages.tests.make import dispatch, plan, words
from qunying.messages.tests.providers import WebProvider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_one_machine")]
FIELDS = "mobile={phone}&content={text}&seq={id}"


def open_sms(url: str, **more: str) -> UUID:
    settings = {
        "url": url,
        "fields": FIELDS,
        "authorization": "Bearer {secret}",
        "accepted": "code=0",
        **more,
    }
    return create_channel(**words(), kind="sms", name="Texts", settings=settings, secret="key-1").channel_id


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b'{"code":0}', "sent"),
        (b'{"code":"12","msg":"balance"}', "refused"),
        (b"thanks", "unknown"),
        (b"[]", "unknown"),
    ],
)
def test_the_providers_own_word_decides(provider: WebProvider, answer: bytes, state: str) -> None:
    channel = open_sms(provider.url)
    provider.mood = lambda _number: (200, {}, answer)
    member = make_member(consents={"sms": True}, identities=[("phone", "13800138000")])
    assert plan([member.pk], channel_id=channel).planned == 1
    dispatch()
    _path, headers, body = provider.heard[0]
    told = json.loads(body)
    assert told["mobile"] == Identity.objects.get(type="phone").value
    assert told["seq"] == Send.objects.get().dedupe_key
    assert headers["Authorization"] == "Bearer key-1"
    assert Send.objects.get().state == state
    assert "key-1" not in Send.objects.get().detail


def test_what_a_text_says_is_not_filled_in_again() -> None:
    known = {"{phone}": "1", "{text}": "pay {secret} & more", "{secret}": "s3", "{id}": "i"}
    sent = parse_qs(body_of("to={phone}&t={text}&k={secret}", "form", known).decode())
    assert sent == {"to": ["1"], "t": ["pay {secret} & more"], "k": ["s3"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": "to={phone}"},
        {"fields": "no query"},
        {"accepted": "code"},
        {"format": "xml"},
        {"authorization": "a\nb"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadChannelSetting):
        open_sms("http://127.0.0.1:9/x", **wrong)


def test_signing_in_by_phone_goes_by_sms(provider: WebProvider) -> None:
    open_sms(provider.url)
    provider.mood = lambda _number: (200, {}, b'{"code":0}')
    make_member(identities=[("phone", "13800138000")])
    phone = Client()
    assert phone.post("/m/sign-in/", {"contact": "138 0013 8000"}).status_code == 302
    row = OneTimeCode.objects.get()
    cast(Any, deliver_code).func.__wrapped__(code_id=str(row.id))
    found = find_code_to_deliver(row.id, clock.now())
    assert found is not None
    assert found.code in provider.taken[0]["content"]
    assert not mail.outbox
    shown = phone.post("/m/sign-in/code/", {"id": str(row.id), "code": found.code})
    assert shown["Location"] == "/m/"


def test_a_made_up_forwarded_header_does_not_lift_the_limit() -> None:
    """Ten asks a minute from one address, whatever it claims to have been forwarded for."""
    seen = []
    for number in range(11):
        client = Client(
            headers={"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=198.51.100.{number}"}
        )
        seen.append(client.post("/m/sign-in/", {"contact": f"nobody{number}@example.com"}).status_code)
    assert seen == [302] * 10 + [429]
