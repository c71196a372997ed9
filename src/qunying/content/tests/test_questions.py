from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from qunying.content.actions.accept_answer import accept_answer
from qunying.content.queries.questions import list_group_questions, list_questions, measure_answers
from qunying.content.tests.make_boards import answer, make_board, make_thread
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.lake import memory_analysis


@pytest.mark.django_db
def test_questions_of_boards_move_from_unanswered_to_answered():
    board = make_board()
    thread = make_thread(board, is_question=True)
    make_thread(board)
    assert list(list_questions("unanswered")) == [thread]
    answer(thread.pk, thread.member)
    assert list(list_questions("unanswered", board_id=board.id)) == [thread]
    reply = answer(thread.pk, make_member(), now=NOW + timedelta(minutes=30))
    assert list(list_questions("open")) == [thread]
    accept_answer(command_id=str(new_id()), actor=anybody(), now=NOW, post_id=reply.post_id)
    assert list(list_questions("answered")) == [thread]
    assert not list_questions("open").exists()
    times = measure_answers(NOW, NOW + timedelta(days=1))
    assert (times.asked, times.replied, times.accepted, times.median_minutes) == (1, 1, 1, 30)
    assert measure_answers(NOW - timedelta(days=1), NOW).median_minutes is None


def message(community, person, minutes, reply_to=None, question=""):
    properties = {
        "question": question,
        "reply_to": str(reply_to) if reply_to else "",
        "platform_user_id": person,
    }
    return {
        "name": "message_posted",
        "content_id": uuid4(),
        "community_id": community,
        "occurred_at": NOW + timedelta(minutes=minutes),
        "properties": {key: value for key, value in properties.items() if value},
    }


def test_questions_of_groups_wait_until_somebody_else_replies(home):
    tea, coffee = uuid4(), uuid4()
    answered = message(tea, "ann", 0, question="yes")
    alone = message(tea, "bob", 1, question="yes")
    elsewhere = message(coffee, "cat", 2, question="yes")
    rows = [
        answered,
        alone,
        elsewhere,
        message(tea, "bob", 3),
        message(tea, "bob", 4, answered["content_id"]),
        message(tea, "cat", 5, answered["content_id"], question="yes"),
        message(tea, "bob", 6, alone["content_id"]),
    ]
    period: Any = {"start": NOW - timedelta(days=1), "end": NOW + timedelta(days=1)}
    with memory_analysis(rows) as analysis:
        waiting = list_group_questions(analysis, **period)
        every = list_group_questions(analysis, unanswered=False, community_id=tea, **period)
    assert [one.message_id for one in waiting] == [elsewhere["content_id"], alone["content_id"]]
    assert [(one.message_id, one.replies) for one in every] == [
        (alone["content_id"], 0),
        (answered["content_id"], 2),
    ]
    assert every[1].answered_at == NOW + timedelta(minutes=4)
