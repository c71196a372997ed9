"""The sample's communities leave no page of theirs empty, and can be loaded again."""

from datetime import timedelta

import pytest

from qunying.communities.health_report import report_health
from qunying.communities.models import (
    CommunityTarget,
    HeldMessage,
    LiveCodeTarget,
    MatchDoubt,
    Message,
    NoticePosting,
    PlatformChoice,
    RecruitmentDrive,
)
from qunying.communities.queries.list_messages import list_messages
from qunying.communities.queries.summarise_talk import summarise_talk
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.members.tests.make import anybody, make_member
from qunying.messages.models import MailboxItem
from qunying.sample.communities import make_communities
from qunying.sample.hosting import LAYOUT, LEAVERS, host_communities
from qunying.sample.people import set_up_brand
from qunying.sample.talk import DRYING, STEADY, fill_communities
from qunying.sample.timeline import ANALYSIS_AT, ZONE
from qunying.segments.actions.create_segment import create_segment
from qunying.shop.models import Order


@pytest.mark.django_db(transaction=True)
def test_every_page_of_communities_has_something_to_show(home):
    now = clock.now()
    set_up_brand(now)
    members = [
        make_member(identities=[("shop_customer", str(12_000 + number))], email="").id for number in range(70)
    ]
    people = {"gift-lovers": members[:20], "shop-owners": members[20:60], "newcomers": members[60:]}
    Order.objects.create(
        source="shop",
        number="1",
        member_id=members[0],
        placed_at=ANALYSIS_AT - timedelta(hours=12),
        currency="GBP",
        total_minor=900,
        units=3,
    )
    segment_id = create_segment(command_id="segment", actor=anybody(), now=now, name="Recent").segment_id
    for _time in range(2):
        communities = make_communities(
            {key: people[key] for key in ("gift-lovers", "shop-owners")}, ANALYSIS_AT
        )
        fill_communities(communities, now)
        second = host_communities(communities, people, segment_id, now)
    openers = Message.objects.filter(reply_to=None).count()
    assert openers == sum(STEADY) + sum(DRYING)
    assert not Message.objects.exclude(author_name__startswith="模拟").exists(), "what is made up says so"
    end = local_day(ANALYSIS_AT, ZONE)
    found = {
        one.community.pk: one.health
        for one in report_health(start=end - timedelta(days=29), end=end, zone=ZONE)
    }
    assert {sign.series for sign in found[communities["gift-lovers"]].outlook.signs} <= {"joined"}
    assert found[communities["shop-owners"]].outlook.state == "warning"
    assert found[communities["shop-owners"]].figures.left == LEAVERS
    figures = found[communities["gift-lovers"]].figures
    assert figures.speakers > 10
    assert figures.reply_minutes is not None
    talk = summarise_talk(
        communities["gift-lovers"], ANALYSIS_AT - timedelta(days=30), ANALYSIS_AT, zone=ZONE
    )
    assert len(talk.helpers) >= 3
    assert talk.answered > 30
    assert list_messages(None, search="圣诞布置").rows
    assert {choice.platform_id for choice in PlatformChoice.objects.all()} == set(LAYOUT)
    assert list(LiveCodeTarget.objects.order_by("place").values_list("community", flat=True)) == [
        communities["gift-lovers"],
        second,
    ]
    assert (
        MatchDoubt.objects.count(),
        CommunityTarget.objects.count(),
        RecruitmentDrive.objects.count(),
    ) == (4, 8, 4)
    assert HeldMessage.objects.count() == 1
    assert "顾**：3 件" in MailboxItem.objects.get(send__plan__title__contains="战报").body
    assert set(NoticePosting.objects.values_list("outcome", flat=True)) == {"planned"}
