"""WeCom group robot: posts only, the code in the answer decides, 20 a minute per key whoever sends."""

import json
from collections import deque
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.kernel.ids import new_id
from qunying.members.tests.make import make_member
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.actions.plan_community_post import (
    ChannelTakesNoPosts,
    PostTooLong,
    plan_community_post,
)
from qunying.messages.actions.plan_sends import ChannelNotPersonal
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import MailboxItem, Send
from qunying.messages.queries.count_sends import count_posts
from qunying.messages.sending.links import Link
from qunying.messages.sending.outcomes import Call, Outcome
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words
from qunying.messages.tests.providers import WebProvider
from qunying.stream.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_one_machine")]
KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


def robot(provider: WebProvider, name: str = "Robot", key: str = KEY, **settings: str) -> UUID:
    made = create_channel(
        **words(), kind="wecom_robot", name=name, settings={"url": provider.url, **settings}, secret=key
    )
    return made.channel_id


def post(channel: UUID, *, body: str = "New tea is here. {{ link }}", **wanted: Any) -> UUID:
    values = {
        "campaign_id": new_id(),
        "step": "post",
        "community_id": new_id(),
        "template_id": wanted.pop("template_id", None) or make_template(body=body, subject="", variables={}),
        "due_at": NOON,
        **wanted,
    }
    return plan_community_post(**words(), channel_id=channel, **values).send_id


def test_a_post_goes_to_the_group_with_a_link_that_names_nobody(provider: WebProvider) -> None:
    community, campaign = new_id(), new_id()
    link = Link("/m/offers/", "offer", {"campaign": str(campaign)}, NOON + timedelta(days=3))
    post(robot(provider), community_id=community, campaign_id=campaign, link=link)
    dispatch()
    path, _headers, body = provider.heard[0]
    assert path == f"/hook?key={KEY}"
    text = json.loads(body)
    assert text["msgtype"] == "text"
    assert text["text"]["content"].startswith("New tea is here. http://127.0.0.1:8000/m/l/")
    assert "unsubscribe" not in text["text"]["content"]
    told = Event.objects.get(name="community_posted")
    assert (told.community_id, told.campaign_id, told.member_id) == (community, campaign, None)
    assert count_posts(campaign) == {"sent": 1}


def test_markdown_is_posted_as_markdown(provider: WebProvider) -> None:
    post(robot(provider, format="markdown"), body="**Tea**")
    dispatch()
    assert json.loads(provider.heard[0][2]) == {"msgtype": "markdown", "markdown": {"content": "**Tea**"}}


def test_one_post_per_community_step_and_channel(provider: WebProvider) -> None:
    same: dict[str, Any] = {"campaign_id": new_id(), "community_id": new_id(), "template_id": make_template()}
    channel = robot(provider)
    assert post(channel, **same) == post(channel, **same)
    dispatch()
    assert len(provider.taken) == 1


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (b'{"errcode":0}', "sent", ""),
        (b'{"errcode":93000,"errmsg":"invalid webhook url"}', "refused", "rejected"),
        (b'{"errcode":45009,"errmsg":"api freq out of limit"}', "retryable", "provider_busy"),
        (b'{"errcode":-1,"errmsg":"system busy"}', "retryable", "not_reached"),
        (b"<html>OK</html>", "unknown", "no_answer"),
        (b'{"errcode":null}', "unknown", "no_answer"),
        (b"[]", "unknown", "no_answer"),
    ],
)
def test_the_code_in_the_answer_decides(
    answer: bytes, state: str, reason: str, provider: WebProvider
) -> None:
    provider.mood = lambda _number: (200, {}, answer)
    post(robot(provider))
    dispatch()
    send = Send.objects.get()
    assert (send.state, send.reason) == (state, reason)


def test_what_cannot_be_posted_is_refused_when_it_is_planned(provider: WebProvider) -> None:
    channel = robot(provider)
    with pytest.raises(PostTooLong):
        post(channel, body="茶" * 700)
    assert not Send.objects.exists()
    with pytest.raises(ChannelNotPersonal):
        plan([make_member().pk], channel_id=channel)
    mail = create_channel(**words(), kind="email", name="Mail", settings={}).channel_id
    with pytest.raises(ChannelTakesNoPosts):
        post(mail)


def test_the_mailbox_takes_posts_too() -> None:
    post(MAILBOX_ID, body="Hello all")
    dispatch()
    assert MailboxItem.objects.get().body == "Hello all"


class Limited:
    """A provider in simulated time: at most 20 in any 60 s, else ten minutes of refusals for everybody."""

    def __init__(self) -> None:
        self.clock = NOON
        self.recent: deque[datetime] = deque()
        self.blocked_until = NOON
        self.accepted = 0
        self.refusals = 0

    def call(self, call: Call) -> Outcome:
        from qunying.messages.sending.outcomes import Accepted, Rejected

        while self.recent and self.recent[0] <= self.clock - timedelta(seconds=60):
            self.recent.popleft()
        if self.clock < self.blocked_until or len(self.recent) >= 20:
            self.blocked_until = max(self.blocked_until, self.clock + timedelta(minutes=10))
            self.refusals += 1
            return Rejected("45009")
        self.recent.append(self.clock)
        self.accepted += 1
        return Accepted()


def simulate(minutes: int, monkeypatch: pytest.MonkeyPatch, provider: WebProvider) -> Limited:
    """Two channels with one key, more posts than they can take, and a worker that comes by every five
    seconds."""
    from qunying.messages.channels import calling

    limited = Limited()
    channels = [robot(provider, "Robot A"), robot(provider, "Robot B")]
    template, campaign = make_template(body="Tea", subject="", variables={}), new_id()
    for number in range(minutes * 22):
        post(channels[number % 2], template_id=template, campaign_id=campaign)
    monkeypatch.setitem(calling._PROVIDERS, "wecom_robot", lambda _channel, call, _now: limited.call(call))
    for _ in range(minutes * 12):
        dispatch(limited.clock)
        limited.clock += timedelta(seconds=5)
    return limited


@pytest.mark.parametrize("minutes", [3, pytest.param(30, marks=pytest.mark.full)])
def test_the_pace_is_kept_over_channels_that_share_a_key(
    minutes: int, provider: WebProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = simulate(minutes, monkeypatch, provider)
    assert limited.refusals == 0
    assert limited.accepted >= minutes * 18
    assert Send.objects.filter(state="sent").count() == limited.accepted


def test_without_the_pace_the_provider_refuses(
    provider: WebProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUNYING_FAILPOINTS", "messages.pace=off")
    assert simulate(2, monkeypatch, provider).refusals > 0


def test_a_silenced_channel_sends_nothing(provider: WebProvider) -> None:
    channel = create_channel(
        **words(), kind="wecom_robot", name="Quiet", settings={"url": provider.url}, secret=KEY, per_minute=0
    ).channel_id
    post(channel)
    dispatch()
    assert not provider.taken
