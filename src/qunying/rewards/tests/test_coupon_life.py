"""A coupon's life: claimed, reserved, redeemed, rolled back, withdrawn, expired."""

from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.ledger.accounts import Purpose, coupon_asset, of_brand, of_member
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import NOW, run
from qunying.rewards.actions.expire_coupons import expire_coupons
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.release_coupon import release_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.roll_back_coupon import roll_back_coupon
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.coupons import CouponHasExpired, CouponNotUsable, CouponNotValidYet, CouponTaken
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import Coupon
from qunying.rewards.terms import TotalBelowThreshold
from qunying.rewards.tests.make import TWENTY_PERCENT, make_budget, make_coupon, make_template

pytestmark = pytest.mark.django_db


def _units(claimed, purpose):
    asset = coupon_asset(claimed.template_id)
    if purpose in {Purpose.AVAILABLE, Purpose.HELD}:
        return get_balance(of_member(claimed.member_id, asset, purpose))
    return get_balance(of_brand(asset, purpose))


def test_claim_reserve_redeem_settles_the_real_discount():
    campaign = make_budget(20_000)
    claimed = make_coupon(make_template(TWENTY_PERCENT), campaign_id=campaign)
    assert (get_budget(campaign).held, get_budget(campaign).free) == (5_000, 15_000)
    assert _units(claimed, Purpose.AVAILABLE) == 1

    reserved = run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=12_345)
    assert reserved.discount_minor == 2_469
    assert (_units(claimed, Purpose.AVAILABLE), _units(claimed, Purpose.HELD)) == (0, 1)

    order = uuid4()
    redeemed = run(redeem_coupon, coupon_id=claimed.coupon_id, order_number="A-1", order_id=order)
    assert redeemed.discount_minor == 2_469
    budget = get_budget(campaign)
    assert (budget.held, budget.spent, budget.free, budget.total) == (0, 2_469, 17_531, 20_000)
    assert (_units(claimed, Purpose.HELD), _units(claimed, Purpose.REDEEMED)) == (0, 1)
    with pytest.raises(CouponNotUsable):
        run(redeem_coupon, coupon_id=claimed.coupon_id, order_number="A-1")


def test_reservation_frees_itself_and_a_late_payment_still_gets_the_coupon():
    claimed = make_coupon()
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=5_000)
    with pytest.raises(CouponTaken):
        run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="B-1", total_minor=5_000)

    late = NOW + RESERVATION
    redeemed = run(redeem_coupon, now=late, coupon_id=claimed.coupon_id, order_number="A-1")
    assert redeemed.discount_minor == 1_000
    assert _units(claimed, Purpose.HELD) == 0


def test_another_order_gets_the_coupon_once_the_reservation_lapsed():
    claimed = make_coupon()
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=5_000)
    late = NOW + RESERVATION
    run(reserve_coupon, now=late, coupon_id=claimed.coupon_id, order_number="B-1", total_minor=700)
    with pytest.raises(CouponTaken):
        run(redeem_coupon, now=late, coupon_id=claimed.coupon_id, order_number="A-1")
    assert run(redeem_coupon, now=late, coupon_id=claimed.coupon_id, order_number="B-1").discount_minor == 700


def test_sweep_frees_lapsed_reservations_then_ends_coupons_and_is_repeatable():
    campaign = make_budget(1_000)
    claimed = make_coupon(make_template(valid_days=0), campaign_id=campaign)
    end = claimed.valid_until
    run(
        reserve_coupon,
        now=end - timedelta(minutes=1),
        coupon_id=claimed.coupon_id,
        order_number="A-1",
        total_minor=5_000,
    )
    swept = run(expire_coupons, now=end)
    assert (swept.released, swept.expired) == (0, 0)  # a held unit never expires
    swept = run(expire_coupons, now=end + RESERVATION)
    assert (swept.released, swept.expired) == (1, 1)
    assert get_budget(campaign).free == 1_000
    assert _units(claimed, Purpose.BREAKAGE) == 1
    swept = run(expire_coupons, now=end + RESERVATION)
    assert (swept.released, swept.expired) == (0, 0)
    with pytest.raises(CouponNotUsable):
        run(reserve_coupon, now=end, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=5_000)


def test_coupon_held_over_its_end_is_still_good_for_its_order():
    claimed = make_coupon(make_template(valid_days=0))
    just_before = claimed.valid_until - timedelta(seconds=1)
    run(reserve_coupon, now=just_before, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=5_000)
    with pytest.raises(CouponHasExpired):
        run(
            reserve_coupon,
            now=claimed.valid_until,
            coupon_id=claimed.coupon_id,
            order_number="A-1",
            total_minor=5_000,
        )
    run(redeem_coupon, now=claimed.valid_until, coupon_id=claimed.coupon_id, order_number="A-1")
    assert Coupon.objects.get(pk=claimed.coupon_id).state == "redeemed"


def test_roll_back_gives_the_coupon_and_the_budget_back():
    campaign = make_budget(6_000)
    claimed = make_coupon(make_template(TWENTY_PERCENT), campaign_id=campaign)
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=10_000)
    run(redeem_coupon, coupon_id=claimed.coupon_id, order_number="A-1")
    assert get_budget(campaign).spent == 2_000
    rolled_back = run(roll_back_coupon, coupon_id=claimed.coupon_id, reason="order cancelled")
    assert rolled_back.state == "claimed"
    budget = get_budget(campaign)
    assert (budget.held, budget.spent, budget.free) == (5_000, 0, 1_000)
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-2", total_minor=10_000)
    run(redeem_coupon, coupon_id=claimed.coupon_id, order_number="A-2")
    assert get_budget(campaign).spent == 2_000


def test_roll_back_ends_the_coupon_when_the_budget_cannot_hold_again():
    campaign = make_budget(5_000)
    template = make_template(TWENTY_PERCENT)
    claimed = make_coupon(template, campaign_id=campaign)
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=20_000)
    run(redeem_coupon, coupon_id=claimed.coupon_id, order_number="A-1")
    small = make_template(amount_minor=900)
    make_coupon(small, campaign_id=campaign)  # takes of what became free
    rolled_back = run(roll_back_coupon, coupon_id=claimed.coupon_id, reason="order cancelled")
    assert rolled_back.state == "rolled_back"
    budget = get_budget(campaign)
    assert (budget.held, budget.spent, budget.free) == (900, 0, 4_100)
    assert _units(claimed, Purpose.BREAKAGE) == 1


def test_withdrawn_unit_goes_to_the_next_member_with_its_serial():
    template = make_template(total=1)
    claimed = make_coupon(template)
    run(withdraw_coupon, coupon_id=claimed.coupon_id, reason="given by mistake")
    assert make_coupon(template).serial == claimed.serial


def test_released_coupon_is_ready_again():
    claimed = make_coupon()
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=5_000)
    with pytest.raises(CouponTaken):
        run(release_coupon, coupon_id=claimed.coupon_id, order_number="B-1")
    run(release_coupon, coupon_id=claimed.coupon_id, order_number="A-1")
    assert _units(claimed, Purpose.AVAILABLE) == 1
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="B-1", total_minor=5_000)


def test_small_orders_and_early_days_are_refused():
    claimed = make_coupon(make_template(TWENTY_PERCENT))
    with pytest.raises(TotalBelowThreshold, match=r"99\.99.*100\.00"):
        run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=9_999)
    dated = make_template(
        validity="dates",
        valid_days=None,
        valid_from=(NOW + timedelta(days=2)).date(),
        valid_until=(NOW + timedelta(days=3)).date(),
    )
    early = make_coupon(dated)
    with pytest.raises(CouponNotValidYet):
        run(reserve_coupon, coupon_id=early.coupon_id, order_number="A-1", total_minor=9_999)


def test_same_order_may_reserve_again_with_another_total():
    claimed = make_coupon(make_template(TWENTY_PERCENT))
    run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=10_000)
    again = run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A-1", total_minor=20_000)
    assert again.discount_minor == 4_000
    assert _units(claimed, Purpose.HELD) == 1
