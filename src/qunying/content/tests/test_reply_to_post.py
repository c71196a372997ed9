from datetime import timedelta

import pytest

from qunying.content.actions.lock_thread import lock_thread
from qunying.content.actions.reply_to_post import ThreadLocked
from qunying.content.boards.speaking import PostingTooFast
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Board, Post
from qunying.content.screening import Verdict
from qunying.content.tests.make_boards import answer, make_thread, screened_by
from qunying.kernel.ids import new_id
from qunying.kernel.wording import BadText
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_a_reply_counts_brings_the_thread_up_and_answers_it():
    thread = make_thread(is_question=True, topics=["sun"])
    answer(thread.pk, thread.member, "Nobody?", now=NOW + timedelta(minutes=1))
    thread.refresh_from_db()
    assert (thread.reply_count, thread.answered_at) == (1, None)
    member = make_member()
    told = answer(thread.pk, member, now=LATER)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.active_at, thread.answered_at) == (2, LATER, LATER)
    event = Event.objects.get(name="board_reply_published", member_id=member.id)
    assert event.content_id == told.post_id
    assert event.properties == {
        "board": str(thread.board_id),
        "thread": str(thread.pk),
        "reply_to": str(thread.pk),
        "topics": "sun",
        "question": "yes",
    }


def test_a_reply_to_a_reply_quotes_it():
    thread, member = make_thread(), make_member()
    first = answer(thread.pk, make_member())
    second = Post.objects.get(pk=answer(first.post_id, member).post_id)
    assert (second.thread_id, second.quoted_id) == (thread.pk, first.post_id)
    event = Event.objects.get(name="board_reply_published", member_id=member.id)
    assert event.properties["reply_to"] == str(first.post_id)


def test_what_is_not_shown_cannot_be_answered():
    member = make_member()
    with pytest.raises(PostNotFound):
        answer(new_id(), member)
    for state in ("held", "refused", "hidden", "deleted"):
        thread = make_thread()
        reply = answer(thread.pk, member)
        Post.objects.filter(pk=reply.post_id).update(state=state)
        with pytest.raises(PostNotFound):
            answer(reply.post_id, member)
        Post.objects.filter(pk=reply.post_id).update(state="published")
        Post.objects.filter(pk=thread.pk).update(state=state)
        with pytest.raises(PostNotFound):
            answer(reply.post_id, member)
    thread = make_thread()
    Board.objects.filter(pk=thread.board_id).update(state="closed")
    with pytest.raises(PostNotFound):
        answer(thread.pk, member)


def test_a_locked_thread_takes_no_reply():
    thread, member = make_thread(), make_member()
    for locked in (True, False):
        lock_thread(command_id=str(new_id()), actor=anybody(), now=NOW, post_id=thread.pk, is_locked=locked)
        if locked:
            with pytest.raises(ThreadLocked):
                answer(thread.pk, member)
    assert answer(thread.pk, member).state == "published"


def test_a_held_reply_does_not_count():
    thread = make_thread()
    with screened_by(Verdict("review")):
        answer(thread.pk, make_member(), now=LATER)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.active_at) == (0, NOW)
    assert not Event.objects.filter(name="board_reply_published").exists()


def test_twenty_replies_in_ten_minutes_are_enough():
    thread, member = make_thread(), make_member()
    for _number in range(20):
        answer(thread.pk, member)
    with pytest.raises(PostingTooFast):
        answer(thread.pk, member)


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 2001, "a\0b"])
def test_what_is_no_reply_is_refused(text):
    with pytest.raises(BadText):
        answer(make_thread().pk, make_member(), text)
