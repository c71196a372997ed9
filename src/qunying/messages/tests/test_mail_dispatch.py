"""E-mail: what the message looks like, and that only silence after the data began is unknown."""

import email
import email.policy
import smtplib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from qunying.accounts.models import Brand
from qunying.kernel import outgoing
from qunying.members.tests.make import make_member
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.models import Channel, MemberDay, Send
from qunying.messages.tests.make import dispatch, make_template, plan, words
from qunying.messages.tests.providers import MailProvider, closing

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with closing(MailProvider()) as provider:
        yield provider


@pytest.fixture
def channel(provider: MailProvider, settings: Any) -> UUID:
    settings.SMTP_URL = f"smtp://127.0.0.1:{provider.port}?from=tea@brand.example"
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00")
    own: dict[str, str] = {"sender_name": "玉园"}
    return create_channel(**words(), kind="email", name="Mail", settings=own).channel_id


def planned_mail(channel: UUID, **wanted: Any) -> Send:
    member = make_member(name="林晓", email="lin@example.com", consents={"email": True})
    plan([member.pk], channel_id=channel, **wanted)
    return Send.objects.get()


def test_a_mail_has_text_page_and_the_way_to_stop_it(provider: MailProvider, channel: UUID) -> None:
    body = "Hello {{ name }} <script>alert(1)</script>\nhttps://brand.example/tea"
    send = planned_mail(channel, template_id=make_template(body=body, subject="新茶 for {{ name }}"))
    dispatch()
    mail: Any = email.message_from_string(provider.taken[0], policy=email.policy.default)
    assert mail["From"] == "玉园 <tea@brand.example>"
    assert mail["To"] == "lin@example.com"
    assert mail["Subject"] == "新茶 for 林晓"
    assert mail["Message-ID"] == f"<{send.pk}@brand.example>"
    assert mail["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/m/unsubscribe/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    page = mail.get_body(("html",)).get_content()
    assert "Hello 林晓 <script>" in text
    assert "/m/unsubscribe/" in text
    assert "&lt;script&gt;" in page
    assert '<a href="https://brand.example/tea"' in page
    send.refresh_from_db()
    assert send.state == "sent"


def test_service_mails_have_no_way_to_stop_them(provider: MailProvider, channel: UUID) -> None:
    planned_mail(channel, template_id=make_template(purpose="service"))
    dispatch()
    assert "nsubscribe" not in provider.taken[0]


def test_one_connection_carries_a_batch(provider: MailProvider, channel: UUID) -> None:
    plan([make_member(consents={"email": True}).pk for _ in range(5)], channel_id=channel)
    dispatch()
    assert (len(provider.taken), provider.connections) == (5, 1)


@pytest.mark.parametrize(
    ("command", "reply", "state", "reason", "used"),
    [
        ("GREETING", "", "retryable", "not_reached", 0),
        ("GREETING", "554 no", "retryable", "not_reached", 0),
        ("MAIL", "", "retryable", "not_reached", 0),
        ("MAIL", "550 not you", "refused", "rejected", 0),
        ("RCPT", "550 nobody here", "refused", "rejected", 0),
        ("RCPT", "451 greylisted", "retryable", "not_reached", 0),
        ("DATA", "552 too big", "refused", "rejected", 0),
        ("END", "451 try later", "retryable", "not_reached", 0),
        ("END", "554 spam", "refused", "rejected", 0),
        ("END", "", "unknown", "no_answer", 1),
    ],
)
def test_every_reply_is_settled_for_what_it_is(
    command: str, reply: str, state: str, reason: str, used: int, provider: MailProvider, channel: UUID
) -> None:
    provider.replies[command] = reply
    send = planned_mail(channel)
    dispatch()
    send.refresh_from_db()
    assert (send.state, send.reason) == (state, reason), send.detail
    assert MemberDay.objects.get().used == used


def test_one_bad_address_does_not_hold_up_the_batch(provider: MailProvider, channel: UUID) -> None:
    members = [make_member(consents={"email": True}) for _ in range(3)]
    bad = members[1]
    bad.identities.filter(type="email").update(value="not an address")
    plan([member.pk for member in members], channel_id=channel)
    dispatch()
    assert dict(Send.objects.values_list("member_id", "state")) == {
        members[0].pk: "sent",
        bad.pk: "refused",
        members[2].pk: "sent",
    }


def test_no_mail_server_means_waiting_not_losing(channel: UUID, settings: Any) -> None:
    settings.SMTP_URL = ""
    send = planned_mail(channel)
    dispatch()
    send.refresh_from_db()
    assert (send.state, send.reason) == ("retryable", "not_reached")


def test_a_mail_server_named_by_staff_is_never_a_private_address(
    provider: MailProvider, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00")
    own = {"host": "localhost", "port": 2525, "sender": "tea@brand.example"}
    channel = create_channel(**words(), kind="email", name="Own", settings=own, secret="p").channel_id
    looked_up: list[str] = []
    real = outgoing.addresses_of

    def look_up(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return real(host, port)

    monkeypatch.setattr("qunying.messages.channels.smtp.addresses_of", look_up)
    send = planned_mail(channel)
    dispatch()
    send.refresh_from_db()
    assert (send.state, send.detail) == ("retryable", "AddressRefused")
    assert looked_up == ["localhost"]


def test_a_password_is_sealed_and_not_in_the_history() -> None:
    own = {"host": "smtp.example.com", "username": "tea", "sender": "tea@brand.example"}
    channel_id = create_channel(
        **words(), kind="email", name="Own", settings=own, secret="open sesame"
    ).channel_id
    channel = Channel.objects.get(pk=channel_id)
    from qunying.kernel.sealing import unseal

    assert "sesame" not in channel.sealed_secret
    assert unseal(channel.sealed_secret) == "open sesame"
    history = Channel._meta.apps.get_model("outreach", "ChannelEvent").objects.get(pgh_obj_id=channel_id)
    assert not hasattr(history, "sealed_secret")


def test_smtplib_still_connects_where_we_look() -> None:
    assert hasattr(smtplib.SMTP, "_get_socket")
