"""Messages in: any order and any number of tellings leave the same table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.actions.receive_messages import MessageUnreadable, Received, receive_messages
from qunying.communities.inbound.incoming import Attachment, IncomingMessage
from qunying.communities.models import Community, GroupMember, Message
from qunying.communities.person import anonymous_id_of
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.communities.queries.list_messages import get_context, list_messages
from qunying.communities.queries.list_messages_after import Position, list_messages_after
from qunying.communities.tests.make import make_community, said, take_over, tell
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def table(community: Community) -> list[tuple[Any, ...]]:
    """Everything that tellings decide, with nothing of when and in which order they came."""
    rows = [
        (
            row.platform_message_id, row.author and row.author.platform_user_id, row.author_name, row.kind, row.text,
            str(row.attachments), row.reply_to_platform_id, row.reply_to and row.reply_to.platform_message_id,
            row.sent_at, row.claimed_at, row.edited_at, row.deleted_at, row.from_robot,
            sorted((one.text, one.edited_at) for one in row.versions.all()),
        )
        for row in Message.objects.filter(community=community).select_related("author", "reply_to")
    ]  # fmt: skip
    people = GroupMember.objects.filter(community=community).values_list(
        "platform_user_id", "nickname", "joined_at"
    )
    return [*sorted(rows, key=str), *sorted(people)]


def test_a_message_has_author_reply_and_event() -> None:
    community = make_community()
    take_over(community, RosterRow(platform_user_id="u1", nickname="小王", joined_at=NOW - timedelta(days=3)))
    told = tell(
        community,
        said("b", "七天无理由", 5, reply_to="a", author_id="u2", author_name="客服"),
        said("a", "可以退货吗？"),
    )
    assert (told.new, told.changed, told.unchanged) == (2, 0, 0)
    question, answer = Message.objects.order_by("sent_at")
    assert answer.reply_to == question
    assert question.author == GroupMember.objects.get(platform_user_id="u1")
    assert GroupMember.objects.get(platform_user_id="u2").joined_at == answer.sent_at
    events = Event.objects.filter(name="message_posted")
    assert {event.content_id for event in events} == {question.id, answer.id}
    assert events.get(content_id=answer.id).properties == {
        "kind": "text",
        "reply_to": str(question.id),
        "platform_user_id": "u2",
    }
    assert not events.filter(backfill=True)
    # The same person wherever they speak on the platform, until somebody recognises them.
    assert events.get(content_id=answer.id).anonymous_id == anonymous_id_of("wecom", "u2")
    assert Event.objects.filter(name="community_joined", anonymous_id=anonymous_id_of("wecom", "u2")).exists()


def test_who_was_recognised_on_the_platform_speaks_as_the_member() -> None:
    member = make_member(identities=[("platform_user", "wecom:u7")])
    tell(make_community(), said("a", "你好", author_id="u7"))
    event = Event.objects.get(name="message_posted")
    assert (event.member_id, event.anonymous_id) == (member.pk, None)
    assert "platform_user_id" not in event.properties


def test_a_reply_that_comes_first_finds_its_parent_later() -> None:
    community = make_community()
    tell(community, said("b", reply_to="a"))
    assert Message.objects.get().reply_to is None
    tell(community, said("a", minutes_ago=20))
    assert Message.objects.get(platform_message_id="b", reply_to__platform_message_id="a")


def test_a_reply_that_turns_out_to_answer_another_lets_go_of_the_first() -> None:
    community = make_community()
    tell(community, said("a", minutes_ago=20), said("b", reply_to="a"))
    tell(community, said("b", reply_to="z"))
    assert Message.objects.get(platform_message_id="b").reply_to is None
    tell(community, said("z", minutes_ago=15))
    assert Message.objects.get(platform_message_id="b", reply_to__platform_message_id="z")


def test_the_same_id_in_another_community_is_another_message() -> None:
    one, other = make_community(), make_community()
    tell(one, said("a"))
    tell(other, said("b", reply_to="a"))
    assert Message.objects.get(platform_message_id="b").reply_to is None


def test_repeating_changes_nothing_and_tells_nothing() -> None:
    community = make_community()
    rows = [
        said("a"),
        said("b", reply_to="a"),
        IncomingMessage(platform_message_id="a", change="deleted", changed_at=NOW),
    ]
    tell(community, *rows)
    before, events, arrival = (
        table(community),
        Event.objects.count(),
        list(Message.objects.values_list("position")),
    )
    assert tell(community, *rows, now=NOW + timedelta(hours=1)) == Received(3, 0, 0, 3)
    assert (table(community), Event.objects.count()) == (before, events)
    assert list(Message.objects.values_list("position")) == arrival


def test_an_edit_keeps_the_text_before_and_arrives_anew() -> None:
    community = make_community()
    tell(community, said("a", "满100减10"))
    first = Message.objects.get().position
    tell(community, said("a", "满100减20", change="edited", changed_at=NOW))
    message = Message.objects.get()
    assert (message.text, message.edited_at, message.sent_at) == (
        "满100减20",
        NOW,
        NOW - timedelta(minutes=10),
    )
    assert [version.text for version in message.versions.all()] == ["满100减10"]
    assert message.position > first
    assert not list_messages(search="减10").rows
    assert list_messages(search="减20").rows == [message]


def test_a_deletion_keeps_the_text_and_the_time() -> None:
    community = make_community()
    tell(community, IncomingMessage(platform_message_id="a", change="deleted", changed_at=NOW))
    assert not Event.objects.filter(name="message_posted")
    tell(community, said("a", "删了的话"))
    message = Message.objects.get()
    assert (message.text, message.deleted_at, message.sent_at) == (
        "删了的话",
        NOW,
        NOW - timedelta(minutes=10),
    )
    assert set(Event.objects.filter(content_id=message.id).values_list("name", flat=True)) == {
        "message_posted",
        "message_deleted",
    }


def test_old_messages_are_history() -> None:
    tell(make_community(), said("a", sent_at=NOW - timedelta(days=2)))
    assert Event.objects.get(name="message_posted").backfill
    assert Event.objects.get(name="community_joined").backfill


def test_a_message_from_the_future_is_of_now_and_says_so() -> None:
    community = make_community()
    tell(community, said("a", sent_at=datetime(2199, 1, 1, tzinfo=UTC)))
    message = Message.objects.get()
    assert (message.sent_at, message.claimed_at) == (NOW, datetime(2199, 1, 1, tzinfo=UTC))
    tell(community, said("a", sent_at=datetime(2199, 1, 1, tzinfo=UTC)), now=NOW + timedelta(days=9))
    assert Message.objects.get().sent_at == NOW


def test_odd_texts_are_kept() -> None:
    community = make_community()
    odd = "\u202eمرحبا\u202c\u200b 优\u200b惠\u200d券 ＦＲＥＥ"
    tell(
        community,
        said("a", odd),
        said("b", "x\0y\ud800z"),
        said("c", "长" * 100_000),
        said("d", "", attachments=[Attachment(reference="oss://1.jpg", kind="picture")], kind="picture"),
    )
    texts = dict(Message.objects.values_list("platform_message_id", "text"))
    assert texts == {"a": odd, "b": "x\ufffdy\ufffdz", "c": "长" * 100_000, "d": ""}
    for words in ("优惠券", "free", "مرحبا", "券"):
        assert [row.platform_message_id for row in list_messages(search=words).rows] == ["a"], words
    assert Message.objects.get(platform_message_id="d").attachments == [
        {"kind": "picture", "reference": "oss://1.jpg", "name": ""}
    ]


@pytest.mark.parametrize("row", [
    said(" "), said("a", kind="song"), said("a", sent_at=None), said("a", sent_at=datetime(2026, 1, 1)), said("a", change="shouted"),  # noqa: DTZ001
])  # fmt: skip
def test_what_cannot_be_read_is_refused_whole(row: IncomingMessage) -> None:
    with pytest.raises(MessageUnreadable):
        tell(make_community(), said("good"), row)
    assert not Message.objects.exists()


def test_there_must_be_a_community() -> None:
    with pytest.raises(CommunityNotFound):
        receive_messages(
            command_id=str(new_id()), actor=anybody(), now=NOW, community_id=new_id(), rows=[said("a")]
        )


def test_who_left_speaks_with_their_last_stay() -> None:
    community = make_community()
    take_over(community, RosterRow(platform_user_id="u1", joined_at=NOW - timedelta(days=9)))
    take_over(
        community, RosterRow(platform_user_id="u2", joined_at=NOW - timedelta(days=9)), is_complete=True
    )
    tell(community, said("a"))
    assert Message.objects.filter(author__left_at__isnull=False).count() == 1
    assert GroupMember.objects.filter(platform_user_id="u1").count() == 1


def test_the_context_of_a_message() -> None:
    community = make_community()
    rows = [
        said(str(number), minutes_ago=100 - number, reply_to="5" if number in {7, 40} else "")
        for number in range(60)
    ]
    tell(community, *rows)
    around = get_context(Message.objects.get(platform_message_id="7").pk, before=3, after=2)
    assert [row.platform_message_id for row in around.before] == ["4", "5", "6"]
    assert [row.platform_message_id for row in around.after] == ["8", "9"]
    assert [row.platform_message_id for row in around.thread] == ["5", "7", "40"]


def test_replies_in_a_circle_do_no_harm() -> None:
    community = make_community()
    tell(
        community,
        said("a", reply_to="b"),
        said("b", reply_to="c"),
        said("c", reply_to="a"),
        said("d", reply_to="d"),
    )
    assert len(get_context(Message.objects.get(platform_message_id="a").pk).thread) == 3
    assert Message.objects.get(platform_message_id="d").reply_to is None


CHANGES = st.builds(
    lambda key, change, text, at, author, reply: IncomingMessage(
        platform_message_id=key,
        change=change,
        text="" if change == "deleted" else text,
        sent_at=NOW - timedelta(minutes=at) if change == "posted" else None,
        changed_at=NOW - timedelta(minutes=at) if change != "posted" else None,
        author_id=author,
        reply_to=reply,
    ),
    st.sampled_from("abc"),
    st.sampled_from(["posted", "edited", "deleted"]),
    st.sampled_from(["一", "二", "three"]),
    st.integers(-20, 30),
    st.sampled_from(["", "u1", "u2"]),
    st.sampled_from(["", "a", "b", "z"]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_any_order_and_repetition_gives_the_same_table(rows: list[IncomingMessage], chance) -> None:
    straight, shuffled = make_community(), make_community()
    tell(straight, *rows)
    again = rows + chance.choices(rows, k=3)
    chance.shuffle(again)
    while again:
        size = chance.randint(1, 4)
        tell(shuffled, *again[:size])
        del again[:size]
    assert table(shuffled) == table(straight)


@pytest.mark.django_db(transaction=True)
def test_readers_get_each_arrival_once() -> None:
    community = make_community()
    tell(community, *(said(str(number), minutes_ago=number) for number in range(5)))
    first = list_messages_after(Position(), 3)
    rest = list_messages_after(first.position, 3)
    assert [row.platform_message_id for row in [*first.messages, *rest.messages]] == ["4", "3", "2", "1", "0"]
    assert not list_messages_after(rest.position).messages
    tell(community, said("3", "改了", change="edited", changed_at=NOW))
    assert [row.text for row in list_messages_after(rest.position).messages] == ["改了"]
