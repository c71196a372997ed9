import pytest

from qunying.content.models import Board, Post, Topic
from qunying.content.queries.questions import list_questions
from qunying.content.queries.topics import HOT_SCORE
from qunying.members.tests.make import make_member
from qunying.sample.boards import THREADS, make_boards
from qunying.sample.timeline import ANALYSIS_AT


@pytest.mark.django_db
def test_the_talk_leaves_no_page_empty_and_can_be_loaded_again(home):
    members = [make_member().id for _number in range(20)]
    for _time in range(2):
        make_boards(members, ANALYSIS_AT)
        assert Board.objects.count() == 2
        assert Post.objects.filter(thread=None).count() == len(THREADS) + 1
        assert not Post.objects.exclude(state="published").exists()
    assert list_questions("unanswered").exists()
    assert list_questions("answered").exists()
    assert Topic.objects.filter(heat__gte=HOT_SCORE).values_list("name", flat=True)[0] == "圣诞布置"
