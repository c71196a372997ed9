"""Order and crises of the sample: something in every state, through the actions, and a second time nothing more."""

import pytest
from django.utils.translation import override

from qunying.communities.tests.make import make_community
from qunying.content.tests.make_boards import make_board
from qunying.kernel import clock
from qunying.listening.models import Crisis
from qunying.members.tests.make import make_member
from qunying.moderation.models import (
    Appeal,
    Case,
    Penalty,
    Report,
    RulesAcceptance,
    RulesVersion,
    WatchedWord,
)
from qunying.sample.crises import make_crises
from qunying.sample.keeping_order import TOLD, keep_order
from qunying.sample.people import set_up_brand


@pytest.mark.django_db
def test_there_is_something_in_every_state_and_it_can_be_loaded_again():
    now = clock.now()
    set_up_brand(now)
    members = [make_member().id for _number in range(12)]
    board, community = make_board(), make_community(platform="wecom")
    with override("zh-hans"):
        for _time in range(2):
            keep_order(members, board.id, community.id, now)
            make_crises(community.id, now)
    cases = Case.objects.all()
    assert cases.count() == len(TOLD) + 2
    assert sorted(cases.filter(state="open").values_list("subject_kind", flat=True)) == [
        "message",
        "post",
        "post",
    ]
    assert {source for case in cases for source in case.sources} == {"detector", "report"}
    assert Report.objects.filter(case=None).count() == 1
    penalties = Penalty.objects.order_by("since")
    standing = [penalty.lifted_at is None and (penalty.until or now) > now for penalty in penalties]
    assert sorted(standing) == [False, False, True, True]
    assert sorted(Appeal.objects.values_list("state", flat=True)) == ["open", "upheld"]
    assert set(WatchedWord.objects.values_list("action", flat=True)) == {
        "block",
        "review",
        "replace",
        "tag",
        "allow",
    }
    assert RulesVersion.objects.count() == 2
    assert RulesAcceptance.objects.count() == 8
    running, over = Crisis.objects.get(state="open"), Crisis.objects.get(state="closed")
    assert 0 < running.tasks.filter(done_at=None).count() < running.tasks.count()
    assert running.tasks.filter(done_at=None, due_at__lt=now).exists()
    assert over.lesson
