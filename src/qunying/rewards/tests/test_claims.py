"""Claims and grants: when, for whom, how many, and what a claim holds."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from qunying.kernel.actors import Forbidden, member_actor
from qunying.ledger.balances import BudgetExhausted
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import NOW, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.close_template import close_template
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.claiming import (
    ClaimLimitReached,
    CouponSoldOut,
    OfferIsOver,
    OfferNotForYou,
    OfferNotOpen,
    OfferNotYetOpen,
)
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import TWENTY_PERCENT, make_budget, make_coupon, make_template
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db

# NOW is 12:00 on 1 March 2026 in Shanghai; local days begin at 16:00 UTC of the day before.
SECOND_OF_MARCH = datetime(2026, 3, 1, 16, tzinfo=UTC)


def _claim(template, member=None, *, now=NOW, **more):
    return run(claim_coupon, now=now, template_id=template, member_id=member or make_member().id, **more)


def _grant(template, members, **more):
    return run(grant_coupons, template_id=template, member_ids=members, **more)


def test_claims_begin_and_end_with_local_days():
    template = make_template(claim_from=date(2026, 3, 2), claim_until=date(2026, 3, 3))
    with pytest.raises(OfferNotYetOpen):
        _claim(template, now=SECOND_OF_MARCH - timedelta(microseconds=1))
    _claim(template, now=SECOND_OF_MARCH)
    last = SECOND_OF_MARCH + timedelta(days=2)
    _claim(template, now=last - timedelta(microseconds=1))
    with pytest.raises(OfferIsOver):
        _claim(template, now=last)
    with pytest.raises(OfferIsOver):
        _grant(template, [make_member().id], now=last)
    with pytest.raises(OfferNotYetOpen):
        _grant(template, [make_member().id], now=NOW)


def test_nobody_claims_what_has_ended_already():
    template = make_template(
        validity="dates", valid_days=None, valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 1)
    )
    claimed = _claim(template)
    assert (claimed.valid_from, claimed.valid_until) == (
        SECOND_OF_MARCH - timedelta(days=1),
        SECOND_OF_MARCH,
    )
    with pytest.raises(OfferIsOver):
        _claim(template, now=SECOND_OF_MARCH)


@pytest.mark.parametrize(("days", "ends"), [(0, 1), (1, 2), (30, 31)])
def test_days_of_validity_are_whole_local_days(days, ends):
    just_before_midnight = SECOND_OF_MARCH - timedelta(seconds=1)
    claimed = _claim(make_template(valid_days=days), now=just_before_midnight)
    assert claimed.valid_until == SECOND_OF_MARCH + timedelta(days=ends - 1)


def test_only_what_is_open_is_given():
    draft, closed = make_template(opened=False), make_template()
    run(close_template, template_id=closed)
    for template in (draft, closed):
        with pytest.raises(OfferNotOpen):
            _claim(template)
        with pytest.raises(OfferNotOpen):
            _grant(template, [make_member().id])
    with pytest.raises(UnknownTemplate):
        _claim(uuid4())
    with pytest.raises(MemberNotFound):
        _claim(make_template(), uuid4())


def test_a_member_gets_as_many_as_allowed_and_no_more():
    template, member = make_template(per_member=2), make_member().id
    assert [_claim(template, member).number for _ in range(2)] == [1, 2]
    with pytest.raises(ClaimLimitReached):
        _claim(template, member)
    assert _grant(template, [member]).at_limit == 1


def test_two_members_who_turn_out_to_be_one_have_one_limit():
    template, ann, also_ann = make_template(), make_member().id, make_member().id
    _claim(template, also_ann)
    run(merge_members, kept_id=ann, merged_id=also_ann)
    for known_as in (ann, also_ann):
        with pytest.raises(ClaimLimitReached):
            _claim(template, known_as)
        assert _grant(template, [known_as]).at_limit == 1


def test_the_last_one_goes_once():
    template = make_template(total=2)
    first = _claim(template)
    assert _claim(template).serial == 2
    with pytest.raises(CouponSoldOut):
        _claim(template)
    run(withdraw_coupon, coupon_id=first.coupon_id, reason="given by mistake")
    assert _claim(template).serial == first.serial
    with pytest.raises(CouponSoldOut):
        _grant(template, [make_member().id])


def test_the_budget_bounds_what_is_promised():
    campaign, template = make_budget(9_000), make_template(TWENTY_PERCENT)
    _claim(template, campaign_id=campaign)
    with pytest.raises(BudgetExhausted):
        _claim(template, campaign_id=campaign)
    assert get_budget(campaign).held == 5_000
    assert Coupon.objects.count() == 1


def test_members_claim_for_themselves_and_only_what_is_public():
    ann, bob = make_member().id, make_member().id
    actor = member_actor(ann, "rewards.claim_coupon")
    public, targeted = make_template(), make_template(audience="targeted")
    with pytest.raises(Forbidden):
        _claim(public, bob, actor=actor)
    with pytest.raises(OfferNotForYou):
        _claim(targeted, ann, actor=actor)
    _claim(public, ann, actor=actor)
    make_coupon(targeted, member_id=ann)  # the brand gives it


def test_a_grant_gives_each_member_one():
    campaign, members = make_budget(100_000), [make_member().id for _ in range(5)]
    template = make_template(campaign_id=campaign)
    _claim(template, members[0])
    granted = _grant(template, [*members, members[1], uuid4()])
    assert (granted.granted, granted.at_limit, granted.unknown) == (4, 1, 1)
    assert sorted(Coupon.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5]
    assert get_budget(campaign).held == 5_000
    told = Event.objects.filter(name="coupon_claimed", properties__how="granted")
    assert set(told.values_list("member_id", flat=True)) == set(members[1:])
    assert _grant(template, members).granted == 0


def test_a_grant_is_all_or_nothing():
    campaign, members = make_budget(2_500), [make_member().id for _ in range(3)]
    with pytest.raises(BudgetExhausted):
        _grant(make_template(campaign_id=campaign), members)
    with pytest.raises(CouponSoldOut):
        _grant(make_template(total=2), members)
    assert not Coupon.objects.exists()
    assert get_budget(campaign).held == 0


def test_a_grant_takes_a_few_statements_however_many(django_assert_max_num_queries):
    template, members = make_template(total=1_000), [make_member().id for _ in range(60)]
    with django_assert_max_num_queries(40):
        assert _grant(template, members).granted == 60
