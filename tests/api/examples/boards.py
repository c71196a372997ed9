"""Requests about boards and what is said on them."""

from uuid import UUID

from qunying.content.actions.hide_post import hide_post
from qunying.content.models import BoardModerator
from qunying.content.screening import Verdict
from qunying.content.tests.make import by
from qunying.content.tests.make_boards import answer, like, make_board, make_thread, say, screened_by
from qunying.members.tests.make import NOW, make_member
from tests.api.examples import Example, example

BOARD = {"name": "Sun and skin", "purpose": "What helps in summer.", "position": 3}
THREAD = {"title": "Hats", "text": "Which hat for the beach?", "topics": ["summer"], "is_question": True}
CASE = {"reference": "case:1"}
OTHER_CASE = {"reference": "case:2"}


def of_the_brand() -> UUID:
    return say(make_board(), None).post_id


def replied() -> tuple[UUID, UUID]:
    """A question and the reply of somebody else."""
    thread = make_thread(is_question=True)
    return thread.pk, answer(thread.pk, make_member()).post_id


def member() -> dict[str, str]:
    return {"member_id": str(make_member().id)}


@example("content.list_boards")
def list_boards() -> Example:
    make_board(state="closed")
    return Example(query={"with_closed": True})


@example("content.create_board")
def create_board() -> Example:
    return Example(body=BOARD, other={**BOARD, "name": "Winter"})


@example("content.get_board")
def get_board() -> Example:
    return Example({"board_id": make_board().pk})


@example("content.change_board")
def change_board() -> Example:
    return Example({"board_id": make_board().pk}, body=BOARD, other={**BOARD, "state": "closed"})


@example("content.appoint_board_moderator")
def appoint_board_moderator() -> Example:
    return Example({"board_id": make_board().pk}, body=member(), other=member())


def a_duty() -> BoardModerator:
    return BoardModerator.objects.create(board=make_board(), member=make_member(), appointed_at=NOW)


@example("content.list_board_moderators")
def list_board_moderators() -> Example:
    return Example({"board_id": a_duty().board_id})


@example("content.dismiss_board_moderator")
def dismiss_board_moderator() -> Example:
    return Example({"duty_id": a_duty().pk})


@example("content.post_on_board")
def post_on_board() -> Example:
    body = {**THREAD, **member()}
    return Example({"board_id": make_board().pk}, body=body, other={**body, "title": "Caps"})


@example("content.list_posts")
def list_posts() -> Example:
    make_thread()
    return Example(query={"search": "sun", "state": "published", "kind": "thread", "limit": 10})


@example("content.get_post")
def get_post() -> Example:
    return Example({"post_id": make_thread().pk})


@example("content.list_replies")
def list_replies() -> Example:
    thread, _reply = replied()
    return Example({"post_id": thread}, query={"limit": 10})


@example("content.reply_to_post")
def reply_to_post() -> Example:
    body = {"text": "A straw hat.", **member()}
    return Example({"post_id": make_thread().pk}, body=body, other={**body, "text": "A cap."})


@example("content.edit_post")
def edit_post() -> Example:
    body = {"title": "Sun", "text": "What helps in the sun?"}
    return Example({"post_id": of_the_brand()}, body=body, other={**body, "title": "Wind"})


@example("content.delete_post")
def delete_post() -> Example:
    return Example({"post_id": of_the_brand()}, body={}, other=member())


@example("content.hide_post")
def hide() -> Example:
    return Example({"post_id": make_thread().pk}, body=CASE, other=OTHER_CASE)


@example("content.restore_post")
def restore_post() -> Example:
    hide_post(**by(), post_id=make_thread().pk, reference=CASE["reference"])
    return Example(body=CASE, other=OTHER_CASE)


@example("content.release_post")
def release_post() -> Example:
    with screened_by(Verdict("review", ("spam",))):
        return Example({"post_id": make_thread().pk})


@example("content.like_post")
def like_post() -> Example:
    return Example({"post_id": make_thread().pk}, body=member(), other=member())


@example("content.unlike_post")
def unlike_post() -> Example:
    thread, fan = make_thread(), make_member()
    like(thread.pk, fan)
    return Example({"post_id": thread.pk}, body={"member_id": str(fan.id)}, other=member())


@example("content.accept_answer")
def accept_answer() -> Example:
    _thread, reply = replied()
    return Example({"post_id": reply}, body={}, other=member())


@example("content.pin_post")
def pin_post() -> Example:
    return Example({"post_id": make_thread().pk}, body={"on": True}, other={"on": False})


@example("content.lock_thread")
def lock_thread() -> Example:
    return Example({"post_id": make_thread().pk}, body={"on": True}, other={"on": False})


@example("content.list_questions")
def list_questions() -> Example:
    make_thread(is_question=True)
    return Example(query={"state": "unanswered", "limit": 10})


@example("content.list_group_questions")
def list_group_questions() -> Example:
    return Example(query={"unanswered": False, "days": 7, "limit": 10})


@example("content.put_up_topic")
def put_up_topic() -> Example:
    body = {"name": "Heat wave", "purpose": "How do you stay cool?", "source": "hot_event"}
    return Example(body=body, other={**body, "name": "Cold snap"})


@example("content.list_heat")
def list_heat() -> Example:
    make_thread(topics=["summer"])
    return Example()


@example("content.list_voices")
def list_voices() -> Example:
    return Example(query={"voice": "leader", "days": 7, "limit": 10})
