"""The sample's content leaves no page of content empty, and can be loaded again."""

from datetime import timedelta

import pytest

from qunying.communities.tests.make import make_community
from qunying.content.models import Board, Comment, ContentItem, Material, Placement, Submission
from qunying.content.queries.get_calendar import get_calendar
from qunying.content.queries.get_effect import get_effects
from qunying.content.queries.get_item import list_gallery
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.ledger.accounts import POINTS, of_member
from qunying.ledger.queries.get_balance import get_balance
from qunying.members.tests.make import make_member
from qunying.sample.boards import make_mirror
from qunying.sample.content import make_content
from qunying.sample.people import set_up_brand
from qunying.sample.submissions import WORKS, make_submissions
from qunying.sample.timeline import ANALYSIS_AT, ZONE
from qunying.stream.lake import open_analysis


@pytest.mark.django_db(transaction=True)
def test_every_step_of_the_life_is_there(home):
    now = clock.now()
    set_up_brand(now)
    readers = [make_member().id for _number in range(12)]
    communities = {"gift-lovers": make_community().pk, "shop-owners": make_community().pk}
    for _time in range(2):
        make_content(readers, communities, now)
        make_submissions(readers, now)
        make_mirror(communities["gift-lovers"], ANALYSIS_AT)
    assert set(ContentItem.objects.values_list("state", flat=True)) == set(ContentItem.State.values)
    assert sorted(Comment.objects.values_list("state", flat=True)) == ["hidden"] * 2 + ["shown"] * 4
    assert Material.objects.count() == 4
    assert Board.objects.get().is_mirror
    works = Submission.objects
    assert sorted(works.values_list("state", flat=True)) == sorted(row[4] for row in WORKS)
    assert not works.exclude(text__startswith="（模拟）").exists(), "what is made up says so"
    assert {get_balance(of_member(work.member_id, POINTS)) for work in list_gallery()} == {50}
    today = local_day(now, ZONE)
    warnings = {one.kind for one in get_calendar(today, today + timedelta(days=7), zone=ZONE).warnings}
    assert "same_hour" in warnings
    assert not Placement.objects.filter(state=Placement.State.FAILED).exists()
    measured = ContentItem.objects.get(state="measured")
    with open_analysis() as analysis:
        effect = get_effects(analysis, [measured.pk], zone=ZONE)[measured.pk]
    assert min(effect.readers, effect.likes, effect.comments, effect.shares, effect.clicks) > 0
