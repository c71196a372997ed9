"""Messages of communities are screened once, in order of arrival, and cases are opened about what breaks the rules."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.models import GroupMember, Message
from qunying.communities.queries import list_messages_after
from qunying.communities.tests.make import make_community
from qunying.content.screening import Spoken, screen
from qunying.members.tests.make import NOW
from qunying.moderation import screened_messages
from qunying.moderation.actions.decide_case import decide_case
from qunying.moderation.actions.open_case import open_case
from qunying.moderation.actions.screen_messages import screen_messages
from qunying.moderation.detection import screen_texts
from qunying.moderation.models import Case, Violation, WatchedWord
from qunying.moderation.queries.get_rules import get_rules
from qunying.moderation.tests.make import do
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db

ADVERT = "诚招兼职日结500元，加微信abc12345，名额有限"


@pytest.fixture(autouse=True)
def everything_is_final(monkeypatch):
    """A test is one transaction, and readers see no rows of one that still runs."""
    monkeypatch.setattr(list_messages_after, "safe_horizon", lambda: SimpleNamespace(transaction=2**62))


@pytest.fixture
def community():
    return make_community()


def tell(community, *texts, author="u{}", minutes_ago=5, **more):
    rows = [
        IncomingMessage(
            platform_message_id=f"{author}-{minutes_ago}-{number}-{text[:9]}",
            text=text,
            author_id=author.format(number),
            author_name="小王",
            sent_at=NOW - timedelta(minutes=minutes_ago) + timedelta(seconds=number),
            **more,
        )
        for number, text in enumerate(texts)
    ]
    do(receive_messages, community_id=community.id, rows=rows)


def watch(text, action, **more):
    violation = Violation.objects.get(code="unfriendly_abuse")
    WatchedWord.objects.create(text=text, violation=violation, action=action, changed_at=NOW, **more)


def detectors():
    return {case.quote[:6]: {row["detector"] for row in case.findings} for case in Case.objects.all()}


def test_each_message_is_looked_at_once(community):
    tell(community, "请问什么时候发货", ADVERT, "今天天气真好呀")
    first = do(screen_messages)
    assert (first.messages, first.cases) == (3, 1)
    assert detectors() == {ADVERT[:6]: {"contact", "advertisement"}}
    again = do(screen_messages)
    assert (again.messages, again.cases) == (0, 0)


def test_words_tag_or_bring_up(community):
    watch("海外直邮", "tag", tag="代购")
    watch("大骗子", "block")
    tell(community, "这个是海外直邮的吗", "你是da骗子")
    done = do(screen_messages)
    assert (done.cases, done.tagged) == (1, 1)
    tagged = Event.objects.get(name="message_tagged")
    assert tagged.properties == {"tag": "代购"}
    assert tagged.content_id == Message.objects.get(text__contains="海外直邮").pk


def test_links_and_numbers_of_our_own_may_be_named(community, settings):
    settings.PUBLIC_URL = "https://club.example.com"
    texts = ("看 https://shop.example.com/i/205", "领券 https://club.example.com/m/", "客服电话 400-800-1234")

    def named(*texts):
        found = [finding for findings in screen_texts(texts, get_rules()) for finding in findings]
        return [finding.detector for finding in found if finding.detector in {"link", "contact"}]

    assert named(*texts) == ["link", "contact"]
    for text in ("https://shop.example.com/", "400-800-1234"):
        watch(text, "allow")
    assert named(*texts, "看 https://notshop.example.org/i") == ["link"]


def test_history_and_notices_call_nobody_to_account(community):
    tell(community, ADVERT, minutes_ago=3 * 24 * 60)
    tell(community, ADVERT, kind="system")
    assert do(screen_messages).cases == 0


def test_owners_speak_for_the_brand(community):
    tell(community, ADVERT, author="boss")
    GroupMember.objects.filter(platform_user_id="boss").update(role="owner")
    assert do(screen_messages).cases == 0


TEXT = "大家快去看看隔壁新开的店真的特别划算我昨天去了"


def test_a_ring_is_brought_up_with_those_who_spoke_before_it_was_one(community):
    for number in range(2):
        for text in (TEXT, "听说这个牌子用了会烂脸千万不要买我朋友就是"):
            tell(
                community,
                f"{text}{'！' * number}",
                f"{text}~{number}",
                author=f"a{number}" + "-{}",
                minutes_ago=5 - number,
            )
    for _ in range(8):
        done = do(screen_messages, size=1)
    assert done.messages == 1
    assert Case.objects.count() == 8
    assert all("ring" in found for found in detectors().values())


def test_twin_that_forgets_what_was_said_lately_sees_no_ring(community, monkeypatch):
    monkeypatch.setattr(screened_messages, "PAGES", 0)
    test_words = [f"{TEXT}{'！' * number}" for number in range(5)]
    tell(community, *test_words)
    for _ in range(5):
        do(screen_messages, size=1)
    assert Case.objects.count() == 0


def test_a_flood_is_brought_up(community):
    tell(community, *[f"第{number}句话" for number in range(12)], author="one")
    do(screen_messages)
    assert Case.objects.count() == 4
    assert all(found == {"flood"} for found in detectors().values())


def test_an_edited_message_is_looked_at_again(community):
    tell(community, "大家好呀")
    do(screen_messages)
    message = Message.objects.get()
    row = IncomingMessage(
        platform_message_id=message.platform_message_id,
        text=ADVERT,
        author_id="u0",
        author_name="小王",
        change="edited",
        changed_at=NOW,
    )
    do(receive_messages, community_id=community.id, rows=[row])
    assert do(screen_messages).cases == 1


def test_what_was_decided_meanwhile_is_not_brought_up_again(community):
    tell(community, ADVERT)
    message = Message.objects.get()
    opened = do(open_case, subject_kind="message", subject_id=message.pk, findings=[], source="staff")
    do(decide_case, case_id=opened.case_id, verdict="no_violation", reason="Ours.")
    assert do(screen_messages).cases == 0
    row = IncomingMessage(
        platform_message_id=message.platform_message_id,
        text=f"{ADVERT}！",
        author_id="u0",
        author_name="小王",
        change="edited",
        changed_at=NOW + timedelta(minutes=1),
    )
    later = NOW + timedelta(minutes=2)
    do(receive_messages, now=later, community_id=community.id, rows=[row])
    assert do(screen_messages, now=later).cases == 1


@pytest.mark.parametrize(
    ("text", "action", "shown"),
    [
        ("请问什么时候发货", "publish", None),
        ("他就是大 骗 子", "refuse", None),
        ("真讨厌鬼啊", "publish", "真***啊"),
        (ADVERT, "review", None),
    ],
)
def test_what_members_are_about_to_say_is_screened(text, action, shown):
    watch("大骗子", "block")
    watch("讨厌鬼", "replace")
    verdict = screen(Spoken(text=text, member_id=None, community_id=None, kind="post"))
    assert (verdict.action, verdict.replaced_text) == (action, shown)
    assert bool(verdict.reasons) == (text != "请问什么时候发货")
