"""Who is written down as getting nothing of a campaign gets nothing of it, on no way."""

from uuid import uuid4

import pytest

from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.models import Member
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.tests.make import make_member
from qunying.rewards.actions.bar_members import UnknownBarReason, bar_members
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.barring import OfferBarred, PointsBarred
from qunying.rewards.models import Bar
from qunying.rewards.tests.make import make_budget, make_coupon, make_template

pytestmark = pytest.mark.django_db


def _bar(campaign_id, *members):
    return run(
        bar_members, campaign_id=campaign_id, member_ids=[m.id for m in members], reason="holdout"
    ).members


def _grant(template, *members, **more):
    return run(grant_coupons, template_id=template, member_ids=[m.id for m in members], **more)


def test_no_way_of_giving_reaches_a_barred_member():
    campaign, barred, free = make_budget(10_000), make_member(), make_member()
    assert _bar(campaign, barred) == 1
    anywhere = make_template()
    bound = make_template(campaign_id=campaign)
    for template, paying in ((anywhere, campaign), (bound, None), (bound, make_budget(10_000))):
        with pytest.raises(OfferBarred) as refused:
            run(claim_coupon, template_id=template, member_id=barred.id, campaign_id=paying)
        assert "held" not in str(refused.value)
        with pytest.raises(OfferBarred):
            _grant(template, barred, campaign_id=paying)
        granted = _grant(template, barred, free, campaign_id=paying)
        assert (granted.granted + granted.at_limit, granted.barred) == (1, 1)
    with pytest.raises(PointsBarred):
        run(grant_points, member_id=barred.id, amount=5, reason="bonus", campaign_id=campaign)
    assert get_budget(campaign).held == 2_000  # what the other member has


def test_other_campaigns_and_open_posts_are_not_touched():
    campaign, other, member = make_budget(5_000), make_budget(5_000), make_member()
    _bar(campaign, member)
    make_coupon(member_id=member.id)
    make_coupon(member_id=member.id, campaign_id=other)
    run(grant_points, member_id=member.id, amount=5, reason="bonus", campaign_id=other)
    run(
        claim_coupon,
        template_id=make_template(campaign_id=campaign),
        member_id=member.id,
        by_open_post=True,
    )
    assert get_budget(campaign).held == 1_000


def test_a_merge_frees_nobody_and_its_undoing_bars_nobody_else():
    campaign, barred, free = make_budget(5_000), make_member(), make_member()
    template = make_template(campaign_id=campaign)
    _bar(campaign, barred)
    merged = run(merge_members, kept_id=free.id, merged_id=barred.id)
    for member in (barred, free):
        with pytest.raises(OfferBarred):
            run(claim_coupon, template_id=template, member_id=member.id)
        with pytest.raises(OfferBarred):
            _grant(template, member)
    run(undo_merge, merge_id=merged.merge_id)
    make_coupon(template, member_id=free.id)
    with pytest.raises(OfferBarred):
        run(claim_coupon, template_id=template, member_id=barred.id)


def test_a_barred_member_who_absorbs_another_stays_barred():
    campaign, barred, other = make_budget(5_000), make_member(), make_member()
    _bar(campaign, barred)
    run(merge_members, kept_id=barred.id, merged_id=other.id)
    with pytest.raises(OfferBarred):
        run(claim_coupon, template_id=make_template(campaign_id=campaign), member_id=other.id)


def test_repeats_change_nothing_and_nonsense_is_refused():
    campaign, member = uuid4(), make_member()
    assert (_bar(campaign, member, member), _bar(campaign, member)) == (1, 0)
    with pytest.raises(MemberNotFound):
        run(bar_members, campaign_id=campaign, member_ids=[uuid4()], reason="holdout")
    with pytest.raises(UnknownBarReason):
        run(bar_members, campaign_id=campaign, member_ids=[member.id], reason="mood")
    assert Bar.objects.count() == 1


@pytest.mark.parametrize(
    "size", [5_000, pytest.param(100_000, marks=pytest.mark.full)], ids=["quick", "full"]
)
def test_a_large_holdout_is_one_statement(size, django_assert_max_num_queries):
    Member.objects.bulk_create(
        [Member(first_seen_at=NOW, created_at=NOW) for _ in range(size)], batch_size=5_000
    )
    ids = list(Member.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(8):
        assert run(bar_members, campaign_id=uuid4(), member_ids=ids, reason="holdout").members == size
