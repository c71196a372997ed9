"""Robots of DingTalk, Feishu and Telegram: what they are sent, how it is signed, and what their answers mean."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from qunying.kernel.ids import new_id
from qunying.messages.actions.change_channel import change_channel
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.actions.plan_community_post import PostOfTooManyCharacters, PostTooLong
from qunying.messages.actions.post_to_community import post_to_community
from qunying.messages.channels.settings import BadChannelSetting
from qunying.messages.models import Channel, ChannelPace, Send
from qunying.messages.tests.make import NOON, dispatch, words
from qunying.messages.tests.providers import WebProvider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_one_machine")]
SIGNING = "SEC0123456789abcdef"
TOKENS = {
    "dingtalk_robot": "566cc69da782ec33d7ef",
    "feishu_robot": "1bba2d02-45d7-4c1f-9b2e-0123456789ab",
    "telegram_bot": "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
}
FINE = {
    "dingtalk_robot": b'{"errcode":0,"errmsg":"ok"}',
    "feishu_robot": b'{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}',
    "telegram_bot": b'{"ok":true,"result":{"message_id":7}}',
}
CHAT = {"telegram_bot": {"chat": "-1001234567890"}}


def robot(provider: WebProvider, kind: str, *, signing: str = "", **settings: str) -> UUID:
    provider.mood = lambda _number: (200, {}, FINE[kind])
    made = create_channel(
        **words(),
        kind=kind,
        name=f"Robot {new_id()}",
        settings={"url": provider.url, **CHAT.get(kind, {}), **settings},
        secret=f"{TOKENS[kind]} {signing}".strip(),
    )
    return made.channel_id


def post(channel: UUID, text: str = "今晚八点，周三福利。") -> None:
    post_to_community(
        **words(), community_id=new_id(), channel_id=channel, key=str(new_id()), text=text, title="Notice",
        due_at=NOON, not_after=NOON + timedelta(hours=3),
    )  # fmt: skip


def test_dingtalk_is_signed_in_the_address(provider: WebProvider) -> None:
    post(robot(provider, "dingtalk_robot", signing=SIGNING))
    dispatch()
    path, _headers, body = provider.heard[0]
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    stamp = str(int(NOON.timestamp()) * 1000)
    signed = hmac.new(SIGNING.encode(), f"{stamp}\n{SIGNING}".encode(), hashlib.sha256).digest()
    assert query == {
        "access_token": TOKENS["dingtalk_robot"],
        "timestamp": stamp,
        "sign": base64.b64encode(signed).decode(),
    }
    assert json.loads(body) == {"msgtype": "text", "text": {"content": "今晚八点，周三福利。"}}
    assert Send.objects.get().state == "sent"


def test_dingtalk_markdown_has_a_title_and_keeps_its_lines(provider: WebProvider) -> None:
    post(robot(provider, "dingtalk_robot", format="markdown"), "## 周三福利\n今晚八点")
    dispatch()
    told = json.loads(provider.heard[0][2])["markdown"]
    assert told == {"title": "周三福利", "text": "## 周三福利  \n今晚八点"}


def test_feishu_is_signed_in_the_body(provider: WebProvider) -> None:
    post(robot(provider, "feishu_robot", signing=SIGNING))
    dispatch()
    path, _headers, body = provider.heard[0]
    stamp = str(int(NOON.timestamp()))
    signed = hmac.new(f"{stamp}\n{SIGNING}".encode(), b"", hashlib.sha256).digest()
    assert path == f"/hook/{TOKENS['feishu_robot']}"
    assert json.loads(body) == {
        "timestamp": stamp,
        "sign": base64.b64encode(signed).decode(),
        "msg_type": "text",
        "content": {"text": "今晚八点，周三福利。"},
    }


def test_telegram_posts_to_its_chat(provider: WebProvider) -> None:
    post(robot(provider, "telegram_bot"))
    dispatch()
    path, _headers, body = provider.heard[0]
    assert path == f"/hook/bot{TOKENS['telegram_bot']}/sendMessage"
    assert json.loads(body) == {"chat_id": "-1001234567890", "text": "今晚八点，周三福利。"}


@pytest.mark.parametrize(
    ("kind", "status", "answer", "state", "reason", "wait"),
    [
        ("dingtalk_robot", 200, b'{"errcode":310000,"errmsg":"sign not match"}', "refused", "rejected", 0),
        ("dingtalk_robot", 200, b'{"errcode":130101,"errmsg":"send too fast"}', "retryable", "provider_busy", 600),
        ("dingtalk_robot", 200, b'{"errcode":-1}', "retryable", "not_reached", 0),
        ("dingtalk_robot", 200, b"<html>", "unknown", "no_answer", 0),
        ("feishu_robot", 200, b'{"code":19021,"msg":"sign match fail"}', "refused", "rejected", 0),
        ("feishu_robot", 200, b'{"code":11232,"msg":"frequency limited"}', "retryable", "provider_busy", 60),
        ("feishu_robot", 200, b'{"msg":"success"}', "unknown", "no_answer", 0),
        ("telegram_bot", 400, b'{"ok":false,"error_code":400,"description":"chat not found"}', "refused", "rejected", 0),
        ("telegram_bot", 429, b'{"ok":false,"parameters":{"retry_after":42}}', "retryable", "provider_busy", 42),
        ("telegram_bot", 429, b'{"ok":false,"parameters":{"retry_after":true}}', "retryable", "provider_busy", 60),
        ("telegram_bot", 429, b'["later"]', "retryable", "provider_busy", 60),
        ("telegram_bot", 403, b'{"ok":false,"description":"bot was kicked"}', "retryable", "not_reached", 0),
        ("telegram_bot", 502, b"", "unknown", "no_answer", 0),
        ("telegram_bot", 200, b'{"ok":true}', "unknown", "no_answer", 0),
    ],
)  # fmt: skip
def test_the_answer_decides(
    kind: str, status: int, answer: bytes, state: str, reason: str, wait: int, provider: WebProvider
) -> None:
    channel = robot(provider, kind)
    provider.mood = lambda _number: (status, {}, answer)
    post(channel)
    dispatch()
    send = Send.objects.get()
    assert (send.state, send.reason) == (state, reason)
    if wait:
        pace = ChannelPace.objects.get(pk=Channel.objects.get(pk=channel).pace_key)
        assert pace.blocked_until == NOON + timedelta(seconds=wait)


def test_a_post_that_is_too_long_is_refused_when_it_is_planned(provider: WebProvider) -> None:
    with pytest.raises(PostTooLong):
        post(robot(provider, "dingtalk_robot"), "茶" * 5_001)
    post(robot(provider, "dingtalk_robot"), "茶" * 5_000)
    with pytest.raises(PostOfTooManyCharacters):
        post(robot(provider, "telegram_bot"), "🍵" * 2_049)
    post(robot(provider, "telegram_bot"), "🍵" * 2_048)


@pytest.mark.parametrize(
    ("kind", "secret", "kept"),
    [
        ("dingtalk_robot", f"https://oapi.dingtalk.com/robot/send?access_token={TOKENS['dingtalk_robot']}", True),
        ("feishu_robot", f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKENS['feishu_robot']} {SIGNING}", True),
        ("wecom_robot", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4", True),
        ("telegram_bot", f"{TOKENS['telegram_bot']} {SIGNING}", False),
        ("dingtalk_robot", "https://oapi.dingtalk.com/robot/send", False),
        ("dingtalk_robot", f"{TOKENS['dingtalk_robot']} bad\nsecret", False),
        ("telegram_bot", "", False),
    ],
)  # fmt: skip
def test_a_token_may_come_in_the_address_that_people_copy(kind: str, secret: str, *, kept: bool) -> None:
    wanted: dict[str, Any] = {
        **words(),
        "kind": kind,
        "name": "R",
        "settings": CHAT.get(kind, {}),
        "secret": secret,
    }
    if not kept:
        with pytest.raises(BadChannelSetting):
            create_channel(**wanted)
        return
    create_channel(**wanted)
    most = {"feishu_robot": 100}.get(kind, 20)
    assert Channel.objects.get(kind=kind).per_minute == most


def test_only_the_platform_itself_is_called(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    with pytest.raises(BadChannelSetting, match="oapi"):
        create_channel(
            **words(), kind="dingtalk_robot", name="R", settings={"url": "https://example.com/robot/send"},
            secret=TOKENS["dingtalk_robot"],
        )  # fmt: skip
    with pytest.raises(BadChannelSetting):
        create_channel(
            **words(), kind="telegram_bot", name="R", settings={"chat": "a/b"}, secret=TOKENS["telegram_bot"]
        )


def test_a_bot_has_its_pace_in_each_chat(provider: WebProvider) -> None:
    one, same = robot(provider, "telegram_bot"), robot(provider, "telegram_bot")
    other = robot(provider, "telegram_bot", chat="@jade_garden")
    key = {row.pk: row.pace_key for row in Channel.objects.filter(kind="telegram_bot")}
    assert key[one] == key[same] != key[other]
    change_channel(
        **words(),
        channel_id=same,
        name="Moved",
        settings={"url": provider.url, "chat": "@jade_garden"},
        per_minute=50,
    )
    moved = Channel.objects.get(pk=same)
    assert moved.pace_key == key[other]
    assert moved.per_minute == 20
