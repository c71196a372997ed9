from datetime import timedelta

import pytest
from django.utils.translation import override

from qunying.accounts.tests.make import make_staff
from qunying.communities.actions.restrict_member import restrict_member
from qunying.communities.tests.make import make_community
from qunying.content.actions.post_on_board import post_on_board
from qunying.content.boards.speaking import (
    BoardClosed,
    PostingTooFast,
    SpeakingForbidden,
    SpeakingRestricted,
)
from qunying.content.boards.text import TopicsInvalid
from qunying.content.models import Board, Post, Topic
from qunying.content.queries.boards import BoardNotFound
from qunying.content.queries.threads import PostFilter, search_posts
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import make_board, say, screened_by
from qunying.kernel.actors import Forbidden, member_actor
from qunying.kernel.ids import new_id
from qunying.kernel.wording import BadText
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def test_a_thread_is_shown_found_and_told_to_the_stream():
    community = make_community()
    board, member = make_board(community_id=community.id), make_member()
    told = say(
        board, member, "晚上涂防晒吗？", title="防晒", topics=["防晒", "＃防晒", "Sun"], is_question=True
    )
    assert told.state == "published"
    post = Post.objects.get(pk=told.post_id)
    assert (post.title, post.text, post.member_id) == ("防晒", "晚上涂防晒吗？", member.id)
    assert sorted(post.topics.values_list("name", "post_count")) == [("Sun", 1), ("防晒", 1)]
    event = Event.objects.get(name="board_post_published")
    assert (event.member_id, event.content_id, event.community_id) == (member.id, post.pk, community.id)
    assert event.properties["topics"].split(",") == ["Sun", "防晒"]
    assert event.properties["question"] == "yes"
    assert list(search_posts(PostFilter(words="涂防晒"))) == [post]
    assert not search_posts(PostFilter(words="雨伞")).exists()
    assert not search_posts(PostFilter(words="!!")).exists()


def test_a_double_tap_posts_once():
    board, member, command = make_board(), make_member(), str(new_id())
    told = [
        post_on_board(
            command_id=command,
            actor=member_actor(member.id, "content.post_on_board"),
            now=NOW,
            board_id=board.id,
            member_id=member.id,
            title="Once",
            text="Only once",
        )
        for _tap in range(2)
    ]
    assert told[0] == told[1]
    assert Post.objects.count() == 1
    assert Event.objects.filter(name="board_post_published").count() == 1


def test_topics_are_one_whatever_their_spelling():
    board = make_board()
    say(board, make_member(), topics=["SPF 50"])
    say(board, make_member(), topics=["spf 50", "ＳＰＦ 50"])
    topic = Topic.objects.get()
    assert (topic.name, topic.post_count) == ("SPF 50", 2)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"text": "x" * 100_000}, BadText),
        ({"text": "NUL\0here"}, BadText),
        ({"text": "\u200b\u202e\ufeff \n"}, BadText),
        ({"text": "half \ud800"}, BadText),
        ({"title": ""}, BadText),
        ({"title": "x" * 81}, BadText),
        ({"topics": ["1", "2", "3", "4", "5", "6"]}, TopicsInvalid),
        ({"topics": ["x" * 21]}, TopicsInvalid),
        ({"topics": ["NUL\0"]}, BadText),
    ],
)
def test_what_cannot_be_posted_is_refused_whole(fields, problem):
    with pytest.raises(problem):
        say(make_board(), make_member(), **fields)
    assert not Post.objects.exists()
    assert not Topic.objects.exists()


def test_tricks_with_signs_are_taken_out_and_emoji_stay():
    told = say(
        make_board(),
        make_member(),
        "abc\u202egpj.exe\u200b 👩\u200d👧 " + "z" + "\u0301" * 500,
        title="a\u200bb",
    )
    post = Post.objects.get(pk=told.post_id)
    assert post.title == "ab"
    assert post.text == "abcgpj.exe 👩\u200d👧 z\u0301\u0301\u0301"


def test_a_flood_of_emoji_is_a_harmless_post():
    told = say(make_board(), make_member(), "🎉" * 10_000, title="🎉" * 80)
    assert Post.objects.get(pk=told.post_id).text == "🎉" * 10_000


def test_nobody_posts_where_it_cannot_be():
    member = make_member()
    with pytest.raises(BoardNotFound):
        say(Board(id=new_id()), member)
    with pytest.raises(BoardNotFound):
        say(make_board(state="closed"), member)
    quiet = make_board(state="read_only")
    with pytest.raises(BoardClosed):
        say(quiet, member)
    assert say(quiet, None).state == "published"
    mirror = make_board(community_id=make_community().id, is_mirror=True, agreed_note="Group rule 5")
    with pytest.raises(BoardClosed):
        say(mirror, None)


def test_a_muted_member_is_told_until_when():
    community, member = make_community(), make_member()
    board, elsewhere = make_board(community_id=community.id), make_board()
    restrict_member(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        member_id=member.id,
        community_id=community.id,
        kind="mute",
        until=NOW + timedelta(days=7),
        reference="penalty:7",
    )
    with override("en"), pytest.raises(SpeakingRestricted, match=r"2026-03-08 12:00 \(penalty:7\)"):
        say(board, member)
    assert say(elsewhere, member).state == "published"
    assert say(board, member, now=NOW + timedelta(days=7)).state == "published"


def test_a_member_who_is_muted_for_good_is_told_so():
    member = make_member()
    restrict_member(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        member_id=member.id,
        community_id=None,
        kind="mute",
        until=None,
        reference="penalty:8",
    )
    with pytest.raises(SpeakingForbidden, match="penalty:8"):
        say(make_board(), member)


def test_five_threads_in_ten_minutes_are_enough():
    board, member = make_board(), make_member()
    for _number in range(5):
        say(board, member)
    with pytest.raises(PostingTooFast):
        say(board, member, now=NOW + timedelta(minutes=9))
    assert say(board, member, now=NOW + timedelta(minutes=11)).state == "published"


def test_nobody_speaks_for_another_member():
    board, member = make_board(), make_member()
    actor = member_actor(make_member().id, "content.post_on_board")
    with pytest.raises(Forbidden):
        say(board, member, actor=actor)
    with pytest.raises(Forbidden):
        say(board, None, actor=actor)


def test_the_staff_speak_as_the_brand_and_are_known():
    person = make_staff()
    with screened_by(Verdict("refuse")) as asked:
        told = say(make_board(), None, actor=person.actor)
    post = Post.objects.get(pk=told.post_id)
    assert (post.staff_id, post.member_id, told.state, asked) == (person.id, None, "published", [])


def test_the_screen_holds_refuses_and_covers():
    board, member = make_board(), make_member()
    with screened_by(Verdict("review", ("spam",))) as asked:
        held = say(board, member, "Buy now", title="Offer", topics=["deal"])
    assert asked[0].text == "Offer\nBuy now\n#deal"
    with screened_by(Verdict("refuse", ("illegal",))):
        refused = say(board, member)
    covered_text = Verdict("publish", ("vulgar",), "Of***r\nBuy ***\nnow\n#***")
    with screened_by(covered_text):
        covered = say(board, member, "Buy xxx\nnow", title="Offer", topics=["deal"])
    assert (held.state, held.reasons, refused.state, covered.state) == (
        "held",
        ["spam"],
        "refused",
        "published",
    )
    post = Post.objects.get(pk=covered.post_id)
    assert (post.title, post.text, list(post.topics.all())) == ("Of***r", "Buy ***\nnow", [])
    assert Topic.objects.get(name="deal").post_count == 0
    names = set(Event.objects.filter(name__startswith="board_").values_list("name", flat=True))
    assert names == {"board_post_published", "board_post_held", "board_post_refused"}
    assert Event.objects.get(name="board_post_held").properties["reasons"] == "spam"
