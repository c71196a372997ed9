"""Editing and deleting what one said; hiding, restoring and releasing it."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.communities.actions.restrict_member import restrict_member
from qunying.content.actions.accept_answer import NoQuestion, accept_answer
from qunying.content.actions.appoint_board_moderator import appoint_board_moderator
from qunying.content.actions.delete_post import delete_post
from qunying.content.actions.dismiss_board_moderator import dismiss_board_moderator
from qunying.content.actions.edit_post import EditWindowOver, edit_post
from qunying.content.actions.hide_post import NotForModerators, hide_post
from qunying.content.actions.pin_post import pin_post
from qunying.content.actions.release_post import release_post
from qunying.content.actions.restore_post import restore_post
from qunying.content.boards.speaking import PostRefused, SpeakingRestricted
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Post, PostHiding, PostVersion, Topic
from qunying.content.queries.threads import get_thread, list_pinned, list_replies, list_threads
from qunying.content.screening import Verdict
from qunying.content.tests import make_boards
from qunying.content.tests.make_boards import answer, make_board, say, screened_by
from qunying.kernel.actors import Actor, Forbidden, member_actor
from qunying.kernel.ids import new_id
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=10)


def order(now=NOW, actor=None) -> Any:
    return {"command_id": str(new_id()), "actor": actor or anybody(), "now": now}


def myself(member: Member) -> Actor:
    return member_actor(member.id, "content.*")


def make_thread(*args, **fields) -> Any:  # its member may be taken for granted
    return make_boards.make_thread(*args, **fields)


def hide(post_id, reference="case:1", actor=None):
    return hide_post(**order(actor=actor), post_id=post_id, reference=reference)


def restore(reference="case:1", actor=None):
    return restore_post(**order(actor=actor), reference=reference)


def make_moderator(board) -> Member:
    member = make_member()
    appoint_board_moderator(**order(), board_id=board.id, member_id=member.id)
    return member


def test_an_edit_keeps_what_was_said_before():
    thread = make_thread()
    edit_post(
        **order(SOON, myself(thread.member)),
        post_id=thread.pk,
        member_id=thread.member_id,
        title="Shade",
        text="I meant shade.",
    )
    thread.refresh_from_db()
    assert (thread.title, thread.text, thread.edited_at) == ("Shade", "I meant shade.", SOON)
    version = PostVersion.objects.get()
    assert (version.title, version.text) == ("Sun", "My skin burns in the sun.")
    assert Event.objects.filter(name="board_post_published").count() == 1


def test_an_edit_has_its_time_its_author_and_its_screen():
    thread, other = make_thread(), make_member()
    fields: Any = {"post_id": thread.pk, "title": "T", "text": "Text"}
    with pytest.raises(EditWindowOver):
        edit_post(**order(NOW + timedelta(minutes=31)), member_id=thread.member_id, **fields)
    with pytest.raises(PostNotFound):
        edit_post(**order(actor=myself(other)), member_id=other.id, **fields)
    with pytest.raises(Forbidden):
        edit_post(**order(actor=myself(other)), member_id=thread.member_id, **fields)
    with screened_by(Verdict("refuse")), pytest.raises(PostRefused):
        edit_post(**order(), member_id=thread.member_id, **fields)
    thread.refresh_from_db()
    assert (thread.title, thread.state) == ("Sun", "published")
    with screened_by(Verdict("review")):
        assert edit_post(**order(), member_id=thread.member_id, **fields).state == "held"
    assert not list_threads().rows
    assert edit_post(**order(), member_id=thread.member_id, **fields).state == "published"
    assert list_threads().rows == [thread]
    restrict_member(
        **order(),
        member_id=thread.member_id,
        community_id=None,
        kind="mute",
        until=NOW + timedelta(days=1),
        reference="penalty:1",
    )
    with pytest.raises(SpeakingRestricted):
        edit_post(**order(SOON), member_id=thread.member_id, **fields)


def test_a_deleted_reply_is_gone_and_not_counted():
    thread, member = make_thread(is_question=True), make_member()
    reply = answer(thread.pk, member)
    accept_answer(**order(), post_id=reply.post_id)
    delete_post(**order(actor=myself(member)), post_id=reply.post_id, member_id=member.id)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.answered_at, thread.answer_id) == (0, None, None)
    assert not list_replies(thread.pk).rows
    with pytest.raises(PostNotFound):
        delete_post(**order(), post_id=reply.post_id, member_id=member.id)


def test_only_the_author_deletes_also_after_a_merge():
    thread, other, kept = make_thread(topics=["sun"]), make_member(), make_member()
    with pytest.raises(PostNotFound):
        delete_post(**order(), post_id=thread.pk, member_id=other.id)
    merge_members(**order(), kept_id=kept.id, merged_id=thread.member_id)
    delete_post(**order(actor=myself(kept)), post_id=thread.pk, member_id=kept.id)
    assert Topic.objects.get().post_count == 0
    with pytest.raises(PostNotFound):
        get_thread(thread.pk)


def test_two_references_hide_twice():
    thread = make_thread(topics=["sun"])
    reply = answer(thread.pk, make_member())
    assert not hide(reply.post_id).already
    assert hide(reply.post_id).already
    hide(reply.post_id, "case:2")
    thread.refresh_from_db()
    assert thread.reply_count == 0
    assert restore().post_ids == [reply.post_id]
    assert not list_replies(thread.pk).rows
    restore("case:2")
    assert [row.pk for row in list_replies(thread.pk).rows] == [reply.post_id]
    thread.refresh_from_db()
    assert thread.reply_count == 1
    assert restore("case:2").post_ids == []
    assert Event.objects.filter(name="board_reply_published").count() == 1
    assert Event.objects.filter(name="board_post_hidden").count() == 2
    hide(thread.pk)
    assert Topic.objects.get().post_count == 0
    with pytest.raises(PostNotFound):
        get_thread(reply.post_id)
    restore()
    assert get_thread(reply.post_id) == thread
    assert Topic.objects.get().post_count == 1


def test_what_its_author_deleted_is_not_restored():
    thread = make_thread()
    hide(thread.pk)
    delete_post(**order(), post_id=thread.pk, member_id=thread.member_id)
    restore()
    assert Post.objects.get(pk=thread.pk).state == "deleted"


def test_what_waited_for_review_waits_again_when_it_is_restored():
    with screened_by(Verdict("review")):
        told = say(make_board(), make_member())
    hide(told.post_id)
    restore()
    assert Post.objects.get(pk=told.post_id).state == "held"
    assert release_post(**order(SOON), post_id=told.post_id).changed


def test_the_numbers_are_right_when_somebody_was_erased():
    thread, helper = make_thread(is_question=True, topics=["sun"]), make_member()
    accept_answer(**order(), post_id=answer(thread.pk, helper).post_id)
    for member_id in (helper.id, thread.member_id):
        ask_about_data(**order(), member_id=member_id, kind="erasure", text="Please")
        erase_member(**order(), member_id=member_id)
    thread.refresh_from_db()
    assert (thread.reply_count, thread.answer_id, thread.answered_at) == (0, None, None)
    assert Topic.objects.get().post_count == 0


def test_who_asked_does_not_answer_themselves_under_another_id():
    thread, kept = make_thread(is_question=True), make_member()
    merge_members(**order(), kept_id=kept.id, merged_id=thread.member_id)
    answer(thread.pk, kept, "Nobody?")
    thread.refresh_from_db()
    assert (thread.reply_count, thread.answered_at) == (1, None)


def test_a_held_post_is_released_once_and_told_once():
    with screened_by(Verdict("review")):
        told = say(make_board(), make_member(), topics=["sun"])
    assert release_post(**order(SOON), post_id=told.post_id).changed
    assert not release_post(**order(SOON), post_id=told.post_id).changed
    assert list_threads().rows[0].pk == told.post_id
    assert Topic.objects.get().post_count == 1
    assert Event.objects.filter(name="board_post_published").count() == 1
    hide(told.post_id)
    assert not release_post(**order(), post_id=told.post_id).changed


def test_a_board_moderator_keeps_order_on_their_board_only():
    board = make_board()
    moderator, thread = make_moderator(board), make_thread(board)
    actor = myself(moderator)
    pin_post(**order(actor=actor), post_id=thread.pk, is_pinned=True)
    assert list(list_pinned(board.id)) == [thread]
    assert not list_threads(board_id=board.id).rows
    hide(thread.pk, "board:1", actor)
    restore("board:1", actor)
    hide(thread.pk, "case:9")
    with pytest.raises(Forbidden):
        restore("case:9", actor)
    elsewhere = make_thread()
    for post_id in (elsewhere.pk, answer(elsewhere.pk, make_member()).post_id):
        with pytest.raises(Forbidden):
            hide(post_id, "board:2", actor)
    with pytest.raises(NotForModerators):
        hide(say(board, None).post_id, "board:3", actor)
    duty = board.moderators.get()
    assert dismiss_board_moderator(**order(), duty_id=duty.pk).changed
    with pytest.raises(Forbidden):
        pin_post(**order(actor=actor), post_id=thread.pk, is_pinned=False)
    assert PostHiding.objects.count() == 2


def test_the_asker_or_a_moderator_accepts_an_answer():
    board = make_board()
    thread, helper, moderator = make_thread(board, is_question=True), make_member(), make_moderator(board)
    first, second = answer(thread.pk, helper), answer(thread.pk, make_member())
    with pytest.raises(Forbidden):
        accept_answer(**order(actor=myself(helper)), post_id=first.post_id, member_id=helper.id)
    asker = myself(thread.member)
    assert accept_answer(**order(actor=asker), post_id=first.post_id, member_id=thread.member_id).changed
    assert not accept_answer(**order(actor=asker), post_id=first.post_id, member_id=thread.member_id).changed
    accept_answer(**order(actor=myself(moderator)), post_id=second.post_id, member_id=moderator.id)
    thread.refresh_from_db()
    assert thread.answer_id == second.post_id
    event = Event.objects.filter(name="board_answer_accepted").order_by("received_at")[0]
    assert (event.member_id, event.properties["accepted_by"]) == (helper.id, str(thread.member_id))
    hide(second.post_id)
    thread.refresh_from_db()
    assert thread.answer_id is None
    with pytest.raises(PostNotFound):
        accept_answer(**order(), post_id=second.post_id)
    hide(second.post_id, "case:2")
    restore()
    restore("case:2")
    thread.refresh_from_db()
    assert thread.answer_id == second.post_id, "it is the answer again"
    hide(second.post_id)
    accept_answer(**order(), post_id=first.post_id)
    restore()
    thread.refresh_from_db()
    assert thread.answer_id == first.post_id, "another took its place"
    with pytest.raises(NoQuestion):
        accept_answer(**order(), post_id=thread.pk)
    talk = make_thread(board)
    with pytest.raises(NoQuestion):
        accept_answer(**order(), post_id=answer(talk.pk, helper).post_id)
