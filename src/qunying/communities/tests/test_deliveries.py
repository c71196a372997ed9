"""Signed deliveries of platforms: what is genuine is stored once, what is forged, stale or repeated has no effect."""

import base64
import hashlib
import hmac
import json
import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.test import Client
from django.urls import reverse

from qunying.communities.actions.connect_chat import connect_chat
from qunying.communities.actions.create_source import SourceSecretInvalid, create_source
from qunying.communities.models import Community, HeldMessage, Message, MessageSource, PlatformChat
from qunying.communities.queries.get_source import get_open_source
from qunying.communities.tests.make import make_community
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.members.tests.make import anybody

pytestmark = pytest.mark.django_db

TOKEN, AES_KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRETS = {
    "wecom": (AES_KEY, TOKEN),
    "dingtalk": ("SECabcdef123456", ""),
    "feishu": ("feishu-encrypt-key", ""),
}
type Sender = Callable[[MessageSource, Any, datetime], Any]


def padded(plain: bytes, size: int) -> bytes:
    count = size - len(plain) % size
    return plain + bytes([count]) * count


def encrypted(key: bytes, start: bytes, plain: bytes) -> bytes:
    box = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return box.update(plain) + box.finalize()


def make_source(platform: str) -> MessageSource:
    secret, token = SECRETS.get(platform, ("", ""))
    made = create_source(
        command_id=str(new_id()), actor=anybody(), now=clock.now(), platform=platform, name=f"{platform} {new_id()}",
        secret=secret, token=token,
    )  # fmt: skip
    return MessageSource.objects.get(pk=made.source_id)


def address(source: MessageSource) -> str:
    return reverse("communities.deliver", args=[source.pk])


def wecom_text(plain: str) -> str:
    key = base64.b64decode(AES_KEY + "=")
    inner = os.urandom(16) + struct.pack(">I", len(plain.encode())) + plain.encode() + b"corp"
    return base64.b64encode(encrypted(key, key[:16], padded(inner, 32))).decode()


def wecom_query(cipher_text: str, at: datetime) -> str:
    stamp = str(int(at.timestamp()))
    sign = hashlib.sha1("".join(sorted([TOKEN, stamp, "n1", cipher_text])).encode()).hexdigest()
    return f"msg_signature={sign}&timestamp={stamp}&nonce=n1"


def send_wecom(source: MessageSource, payload: Any, at: datetime) -> Any:
    plain = payload if isinstance(payload, str) else json.dumps(payload)
    cipher_text = wecom_text(plain)
    as_xml = plain.startswith("<")
    body = (
        f"<xml><Encrypt><![CDATA[{cipher_text}]]></Encrypt></xml>"
        if as_xml
        else json.dumps({"encrypt": cipher_text})
    )
    return Client().post(f"{address(source)}?{wecom_query(cipher_text, at)}", body, content_type="text/plain")


def send_dingtalk(source: MessageSource, payload: Any, at: datetime) -> Any:
    stamp, secret = str(int(at.timestamp() * 1000)), SECRETS["dingtalk"][0]
    sign = base64.b64encode(
        hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    ).decode()
    headers = {"timestamp": stamp, "sign": sign}
    return Client().post(address(source), payload, content_type="application/json", headers=headers)


def feishu_body(payload: Any) -> bytes:
    key, start = hashlib.sha256(SECRETS["feishu"][0].encode()).digest(), os.urandom(16)
    sealed = start + encrypted(key, start, padded(json.dumps(payload).encode(), 16))
    return json.dumps({"encrypt": base64.b64encode(sealed).decode()}).encode()


def send_feishu(source: MessageSource, payload: Any, at: datetime) -> Any:
    body, stamp = feishu_body(payload), str(int(at.timestamp()))
    sign = hashlib.sha256(f"{stamp}n1{SECRETS['feishu'][0]}".encode() + body).hexdigest()
    headers = {"x-lark-request-timestamp": stamp, "x-lark-request-nonce": "n1", "x-lark-signature": sign}
    return Client().post(address(source), body, content_type="application/json", headers=headers)


def send_telegram(source: MessageSource, payload: Any, _at: datetime) -> Any:
    headers = {"x-telegram-bot-api-secret-token": get_open_source(source.pk)[1]}
    return Client().post(address(source), payload, content_type="application/json", headers=headers)


def send_own(source: MessageSource, payload: Any, at: datetime) -> Any:
    body, stamp = json.dumps(payload), str(int(at.timestamp()))
    key = base64.b64decode(get_open_source(source.pk)[1].removeprefix("whsec_"))
    sign = base64.b64encode(hmac.new(key, f"msg_1.{stamp}.{body}".encode(), hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,x v1,{sign}"}
    return Client().post(address(source), body, content_type="application/json", headers=headers)


SENT = int(datetime(2026, 1, 15, 8, tzinfo=UTC).timestamp())
WECOM_JSON = {"msgid": "m1", "chatid": "g1", "chattype": "group", "from": {"userid": "zhang"}, "msgtype": "text", "text": {"content": "有货吗？"}, "CreateTime": SENT}  # fmt: skip
WECOM_XML = f"<xml><From><UserId>zhang</UserId><Name>张三</Name></From><ChatId>g1</ChatId><ChatType>group</ChatType><MsgType>text</MsgType><Text><Content><![CDATA[有货吗？]]></Content></Text><MsgId>m1</MsgId><CreateTime>{SENT}</CreateTime></xml>"
DINGTALK = {"conversationType": "2", "conversationId": "g1", "conversationTitle": "钉群", "msgId": "m1", "senderId": "zhang", "senderNick": "张三", "createAt": SENT * 1000, "msgtype": "text", "text": {"content": " 有货吗？"}}  # fmt: skip
FEISHU = {"schema": "2.0", "header": {"event_type": "im.message.receive_v1", "create_time": str(SENT * 1000)}, "event": {
    "sender": {"sender_id": {"open_id": "zhang"}, "sender_type": "user"},
    "message": {"message_id": "m1", "create_time": str(SENT * 1000), "chat_id": "g1", "chat_type": "group", "message_type": "text",
        "content": json.dumps({"text": "@_user_1 有货吗？"}), "mentions": [{"key": "@_user_1", "name": "客服"}]}}}  # fmt: skip
TELEGRAM: dict[str, Any] = {"update_id": 1, "message": {"message_id": "m1", "date": SENT, "chat": {"id": "g1", "type": "supergroup", "title": "群"}, "from": {"id": "zhang", "first_name": "San", "last_name": "Zhang"}, "text": "有货吗？"}}  # fmt: skip
OWN = {"chat_id": "g1", "messages": [{"platform_message_id": "m1", "sent_at": "2026-01-15T16:00:00+08:00", "author_id": "zhang", "text": "有货吗？"}]}  # fmt: skip

PLATFORMS: dict[str, tuple[str, Sender, Any]] = {
    "wecom json": ("wecom", send_wecom, WECOM_JSON),
    "wecom xml": ("wecom", send_wecom, WECOM_XML),
    "dingtalk": ("dingtalk", send_dingtalk, DINGTALK),
    "feishu": ("feishu", send_feishu, FEISHU),
    "telegram": ("telegram", send_telegram, TELEGRAM),
    "own": ("own", send_own, OWN),
}


def group_of(platform: str) -> Community:
    community = make_community()
    platform = community.platform_id if platform == "own" else platform
    Community.objects.filter(pk=community.pk).update(platform=platform, platform_group_id="g1")
    return community


@pytest.mark.parametrize("which", PLATFORMS)
def test_a_genuine_message_is_stored_once(which: str) -> None:
    platform, send, payload = PLATFORMS[which]
    community, source = group_of(platform), make_source(platform)
    for _again in range(2):
        answer = send(source, payload, clock.now())
        assert answer.status_code == 200, answer.content
    message = Message.objects.get()
    assert (message.community, message.platform_message_id) == (community, "m1")
    assert message.text in {"有货吗？", "@客服 有货吗？"}
    assert message.author is not None
    assert message.author.platform_user_id == "zhang"
    assert message.sent_at == datetime.fromtimestamp(SENT, UTC)
    source.refresh_from_db()
    assert source.heard_at is not None


@pytest.mark.parametrize("which", PLATFORMS)
def test_messages_of_an_unknown_chat_wait_for_their_community(which: str) -> None:
    platform, send, payload = PLATFORMS[which]
    source, community = make_source(platform), make_community()
    for _again in range(2):
        assert send(source, payload, clock.now()).status_code == 200
    assert HeldMessage.objects.count() == 1
    assert not Message.objects.exists()
    chat = PlatformChat.objects.get()
    connected = connect_chat(
        command_id=str(new_id()), actor=anybody(), now=clock.now(), chat_id=chat.pk, community_id=community.pk
    )
    assert connected.messages == 1
    assert not HeldMessage.objects.exists()
    send(source, payload, clock.now())
    assert Message.objects.get().community == community


@pytest.mark.parametrize("which", PLATFORMS)
def test_another_secret_changes_nothing(which: str, caplog: pytest.LogCaptureFixture) -> None:
    platform, send, payload = PLATFORMS[which]
    group_of(platform)
    source = make_source(platform)
    other = MessageSource(pk=source.pk, platform=platform)
    from qunying.kernel.sealing import seal

    kept = get_open_source(source.pk)[1]
    wrong = {
        "wecom": json.dumps({"token": "other1", "aes_key": AES_KEY}),
        "own": "whsec_" + base64.b64encode(b"x" * 32).decode(),
    }
    send_with = send
    if platform in {"telegram", "own"}:
        MessageSource.objects.filter(pk=source.pk).update(
            sealed_secret=seal(wrong.get(platform, "another-secret-token"))
        )
        forged = _caught(send_with, source, payload)
        MessageSource.objects.filter(pk=source.pk).update(sealed_secret=seal(kept))
        answer = forged()
    else:
        MessageSource.objects.filter(pk=source.pk).update(
            sealed_secret=seal(wrong.get(platform, "another-secret-token"))
        )
        answer = send_with(other, payload, clock.now())
    assert answer.status_code == 401
    assert not Message.objects.exists()
    assert not HeldMessage.objects.exists()
    source.refresh_from_db()
    assert source.refusal == "delivery_signature_refused"
    assert kept not in caplog.text


def _caught(send: Sender, source: MessageSource, payload: Any) -> Callable[[], Any]:
    """Sign with the secret of this moment, and send later."""
    requests: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    real = Client.post
    Client.post = lambda _self, *args, **kwargs: requests.append((args, kwargs))  # type: ignore[assignment,method-assign]
    try:
        send(source, payload, clock.now())
    finally:
        Client.post = real  # type: ignore[method-assign]
    ((args, kwargs),) = requests
    return lambda: Client().post(*args, **kwargs)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
@pytest.mark.parametrize("which", [name for name in PLATFORMS if name != "telegram"])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(which: str, seconds: int) -> None:
    platform, send, payload = PLATFORMS[which]
    group_of(platform)
    at = datetime.fromtimestamp(clock.now().timestamp() + seconds + (2 if seconds > 0 else 0), UTC)
    answer = send(make_source(platform), payload, at)
    assert (answer.status_code, answer.json()["code"]) == (401, "delivery_stale")
    assert not Message.objects.exists()


@pytest.mark.parametrize("which", ["wecom json", "feishu", "own"])
def test_a_changed_bit_of_the_body_is_noticed(which: str) -> None:
    platform, send, payload = PLATFORMS[which]
    group_of(platform)
    source = make_source(platform)
    real = Client.post

    def flip(self: Client, path: str, data: Any, **kwargs: Any) -> Any:
        body = bytearray(data.encode() if isinstance(data, str) else data)
        body[len(body) // 2] ^= 1
        return real(self, path, bytes(body), **kwargs)

    Client.post = flip  # type: ignore[method-assign,assignment]
    try:
        answer = send(source, payload, clock.now())
    finally:
        Client.post = real  # type: ignore[method-assign]
    assert answer.status_code in {401, 422}
    assert not Message.objects.exists()


def test_wecom_asks_whether_the_address_is_ours() -> None:
    source, echo = make_source("wecom"), wecom_text("1616140317555161061")
    query = {
        "echostr": echo,
        **dict(part.split("=", 1) for part in wecom_query(echo, clock.now()).split("&")),
    }
    assert Client().get(address(source), query).content == b"1616140317555161061"
    assert Client().get(address(source), {**query, "msg_signature": "0" * 40}).status_code == 401


def test_feishu_asks_whether_the_address_is_ours() -> None:
    body = feishu_body({"type": "url_verification", "challenge": "abc", "token": "t"})
    answer = Client().post(address(make_source("feishu")), body, content_type="application/json")
    assert answer.json() == {"challenge": "abc"}
    unsigned = Client().post(
        address(make_source("feishu")), feishu_body(FEISHU), content_type="application/json"
    )
    assert unsigned.status_code == 401


def test_edits_and_deletions_come_as_such() -> None:
    group_of("telegram")
    source = make_source("telegram")
    send_telegram(source, TELEGRAM, clock.now())
    edited = {
        "update_id": 2,
        "edited_message": {**TELEGRAM["message"], "text": "还有货吗？", "edit_date": SENT + 60},
    }
    send_telegram(source, edited, clock.now())
    assert Message.objects.get().text == "还有货吗？"
    group_of("feishu")
    feishu = make_source("feishu")
    send_feishu(feishu, FEISHU, clock.now())
    recalled = {
        "header": {"event_type": "im.message.recalled_v1", "create_time": str(SENT * 1000)},
        "event": {"message_id": "m1", "chat_id": "g1", "recall_time": str(SENT * 1000 + 5000)},
    }
    send_feishu(feishu, recalled, clock.now())
    assert Message.objects.get(community__platform="feishu").deleted_at == datetime.fromtimestamp(
        SENT + 5, UTC
    )


@pytest.mark.parametrize("which", PLATFORMS)
@pytest.mark.parametrize(
    "payload", [{}, [], "nonsense", {"message": {"chat": 3}}, {"chat_id": "g", "messages": [{}]}]
)
def test_nonsense_that_is_well_signed_is_refused_or_ignored(which: str, payload: Any) -> None:
    platform, send, _payload = PLATFORMS[which]
    answer = send(make_source(platform), payload, clock.now())
    assert answer.status_code in {200, 401, 422}
    assert not Message.objects.exists()


def test_closed_and_unknown_sources_do_not_listen() -> None:
    source = make_source("telegram")
    MessageSource.objects.filter(pk=source.pk).update(closed_at=clock.now())
    assert Client().post(address(source), b"{}", content_type="application/json").status_code == 404
    assert (
        Client()
        .post(reverse("communities.deliver", args=[new_id()]), b"{}", content_type="application/json")
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("platform", "secret", "token"),
    [("wecom", "short", "abc"), ("wecom", AES_KEY, ""), ("dingtalk", "", ""), ("feishu", "with space", "")],
)
def test_secrets_must_look_like_those_of_the_platform(platform: str, secret: str, token: str) -> None:
    with pytest.raises(SourceSecretInvalid):
        create_source(
            command_id=str(new_id()),
            actor=anybody(),
            now=clock.now(),
            platform=platform,
            name="x",
            secret=secret,
            token=token,
        )
