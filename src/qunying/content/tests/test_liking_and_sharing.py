"""Likes, shares, following and public names."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Count

from qunying.content.actions.change_following import change_following
from qunying.content.actions.choose_public_name import PublicNameTaken, choose_public_name
from qunying.content.actions.open_share import open_share
from qunying.content.actions.share_post import share_post
from qunying.content.actions.unlike_post import unlike_post
from qunying.content.boards.names import list_public_names, masked_name, without_contacts
from qunying.content.boards.speaking import PostRefused
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Post, PostLike, PostShare, PublicName, Topic
from qunying.content.queries.threads import list_followed
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import answer, like, make_board, make_thread, screened_by
from qunying.kernel.actors import Forbidden, member_actor
from qunying.kernel.ids import new_id
from qunying.kernel.tests.racing import race, switch_off
from qunying.kernel.wording import BadText
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event


def order() -> Any:
    return {"command_id": str(new_id()), "actor": anybody(), "now": NOW}


@pytest.mark.django_db
def test_a_like_counts_once_and_can_be_taken_back():
    thread, member = make_thread(), make_member()
    assert [like(thread.pk, member).changed for _again in range(2)] == [True, False]
    assert like(thread.pk, make_member()).likes == 2
    taken = unlike_post(**order(), post_id=thread.pk, member_id=member.id)
    assert (taken.likes, taken.changed) == (1, True)
    assert not unlike_post(**order(), post_id=thread.pk, member_id=member.id).changed
    assert Event.objects.filter(name="board_post_liked", member_id=member.id).count() == 1
    Post.objects.filter(pk=thread.pk).update(state="hidden")
    with pytest.raises(PostNotFound):
        like(thread.pk, member)


def counts_are_true() -> bool:
    posts = Post.objects.annotate(rows=Count("likes")).values_list("like_count", "rows")
    return all(told == rows for told, rows in posts)


def like_in_a_race() -> None:
    thread, members = make_thread(), [make_member() for _number in range(3)]
    outcomes = race(lambda number: like(thread.pk, members[number % 3]), 24)
    assert set(outcomes) == {"done"}
    assert PostLike.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_likes_at_once_are_counted_exactly():
    like_in_a_race()
    assert counts_are_true()


@pytest.mark.django_db(transaction=True)
def test_without_the_unique_row_they_are_not(monkeypatch):
    switch_off(monkeypatch, "like.once", "like.looked", together=24)
    like_in_a_race()
    assert not counts_are_true()


@pytest.mark.django_db(transaction=True)
def test_replies_at_once_are_counted_exactly():
    thread, members = make_thread(), [make_member() for _number in range(8)]
    race(lambda number: answer(thread.pk, members[number % 8]), 16)
    thread.refresh_from_db()
    assert thread.reply_count == Post.objects.filter(thread=thread).count() == 16


@pytest.mark.django_db
def test_a_member_has_one_link_to_a_thread_and_openings_are_told():
    thread, member = make_thread(), make_member()
    shared = share_post(**order(), post_id=answer(thread.pk, make_member()).post_id, member_id=member.id)
    assert share_post(**order(), post_id=thread.pk, member_id=member.id) == shared
    for _opening in range(2):
        assert open_share(**order(), token=shared.token).thread_id == thread.pk
    assert PostShare.objects.get().opens == 2
    event = Event.objects.filter(name="board_share_opened")[0]
    assert (event.member_id, event.properties["shared_by"]) == (None, str(member.id))
    with pytest.raises(PostNotFound):
        open_share(**order(), token="made-up")


@pytest.mark.django_db
def test_what_a_member_follows_comes_together():
    member, board = make_member(), make_board()
    of_board, of_topic, itself = make_thread(board), make_thread(topics=["sun"]), make_thread()
    make_thread()
    chosen: list[Any] = [("board", board.id), ("topic", Topic.objects.get().pk), ("thread", itself.pk)]
    for kind, subject_id in chosen * 2:
        change_following(**order(), member_id=member.id, kind=kind, subject_id=subject_id, follows=True)
    assert set(list_followed(member.id).rows) == {of_board, of_topic, itself}
    change_following(**order(), member_id=member.id, kind="board", subject_id=board.id, follows=False)
    assert set(list_followed(member.id).rows) == {of_topic, itself}
    assert Event.objects.filter(name="board_followed").count() == 3
    with pytest.raises(PostNotFound):
        change_following(**order(), member_id=member.id, kind="thread", subject_id=new_id(), follows=True)


def choose(member, name, actor=None):
    given = {**order(), **({"actor": actor} if actor else {})}
    return choose_public_name(**given, member_id=member.id, name=name)


@pytest.mark.django_db
def test_the_name_of_an_account_that_is_theirs_now_can_be_chosen():
    kept, merged = make_member(), make_member()
    choose(merged, "Little deer")
    merge_members(command_id=str(new_id()), actor=anybody(), now=NOW, kept_id=kept.id, merged_id=merged.id)
    choose(kept, "Little deer")
    assert list_public_names([kept.id, merged.id]) == {kept.id: "Little deer", merged.id: "Little deer"}


@pytest.mark.django_db
def test_public_names_are_chosen_or_masked():
    member, other = make_member(name="王小明"), make_member(name="Ann Lee")
    assert list_public_names([member.id, other.id]) == {member.id: "王**", other.id: "A***"}
    choose(member, "阳光  ")
    choose(member, "阳光")
    assert list_public_names([member.id])[member.id] == "阳光"
    for name in ("阳光", "品牌官方", "Qunying 小助手", "ＡＤＭＩＮ 1"):
        with pytest.raises(PublicNameTaken):
            choose(other, name)
    for name in ("", "\u200b", "x" * 21, "a\nb"):
        with pytest.raises(BadText):
            choose(other, name)
    with screened_by(Verdict("review")), pytest.raises(PostRefused):
        choose(other, "Lily")
    with pytest.raises(Forbidden):
        choose(other, "Lily", member_actor(member.id, "content.*"))
    assert PublicName.objects.count() == 1


def test_masks_cover_names_and_contacts():
    assert [masked_name(name) for name in ("", "李雷", "bob", " 🎉 party")] == ["***", "李**", "b***", "🎉**"]
    told = without_contacts("打 138 0013 8000 或 a.b@c.com，订单 12345")
    assert told == "打 *** 或 ***，订单 12345"


@pytest.mark.django_db
def test_followed_threads_come_with_the_last_said_first():
    member, first, second = make_member(), make_thread(), make_thread()
    for thread in (first, second):
        change_following(**order(), member_id=member.id, kind="thread", subject_id=thread.pk, follows=True)
    answer(first.pk, make_member(), now=NOW + timedelta(minutes=5))
    assert list_followed(member.id).rows == [first, second]
