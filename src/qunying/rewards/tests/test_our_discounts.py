"""Points are earned for what was really paid: our discounts come off the amounts of orders where these come before them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from qunying.ledger.accounts import GROWTH
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.settle_late_discounts import settle_late_discounts
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import Earning, OrderPrice
from qunying.rewards.tests.make import make_coupon, make_promotion
from qunying.rewards.tests.test_earning import LINES, earn, give_back, have, make_rule, paid, sent_back
from qunying.rewards.tests.test_paying_with_points import make_payer, reserve, state
from qunying.shop.tests.make import make_order

pytestmark = pytest.mark.django_db


def test_what_is_earned_and_kept_follows_what_was_paid():
    state(minor_per_hundred=100)
    state(minor_per_hundred=100, order_amounts="before")
    make_rule()
    make_rule(replace(LINES, event="order_paid"), asset="growth")
    make_promotion("percent_off", basis_points=1_000)
    ann = make_payer()
    reserve("A", ann, 1_000)
    run(redeem_order, order_number="A")
    order = make_order(ann, number="A", lines=(("P1", 3, 3_333), ("P2", 1, 4_001)))
    line = paid(ann, 9_999, product="P1", quantity=3, order_id=order.id)
    net = OrderPrice.objects.get().lines.get(line_id="a").paid_minor
    assert net < 9_999 - 999
    assert earn(line).points == net // 100
    whole = paid(ann, 14_000, event="order_paid", product="", order_id=order.id)
    assert earn(whole).growth == (14_000 - 1_400 - 1_000) // 100
    steps = Earning.objects.filter(asset="points").values_list("steps", flat=True)
    assert {"code": "discounts", "fields": {"full": 9_999, "off": 9_999 - net}} in steps[0]
    give_back(sent_back(line, 3_333))
    assert have(ann) == 4_000 + (net - 3_333 * net // 9_999) // 100
    give_back(sent_back(line, 6_666))
    assert have(ann) == 4_000
    other = paid(make_member().id, 9_999, product="P1", order_id=order.id)
    assert earn(other, now=NOW + timedelta(seconds=1)).points == 99
    assert audit() == []


def test_a_coupon_of_its_own_counts_and_a_reservation_that_lapsed_does_not():
    state(order_amounts="before")
    make_rule()
    coupon = make_coupon()
    order = make_order(coupon.member_id, number="B")
    run(reserve_coupon, coupon_id=coupon.coupon_id, order_number="B", total_minor=5_000)
    line = paid(coupon.member_id, 2_500, order_id=order.id)
    assert earn(replace(line, occurred_at=NOW + RESERVATION)).points == 25
    assert earn(replace(line, event_id=order.id)).points == 20  # 10.00 off 50.00
    run(redeem_coupon, coupon_id=coupon.coupon_id, order_number="B")
    assert earn(paid(coupon.member_id, 2_500, order_id=order.id)).points == 20
    before = NOW - timedelta(seconds=1)  # the policy did not hold yet
    make_rule(now=before)
    assert earn(paid(coupon.member_id, 2_500, order_id=order.id, occurred_at=before)).points == 25


def test_a_coupon_for_a_part_of_an_order_comes_off_once():
    state(order_amounts="before")
    make_rule()
    coupon = make_coupon()
    order = make_order(coupon.member_id, number="B", lines=(("P1", 1, 5_000), ("P2", 1, 15_000)))
    run(reserve_coupon, coupon_id=coupon.coupon_id, order_number="B", total_minor=5_000)
    run(redeem_coupon, coupon_id=coupon.coupon_id, order_number="B")
    lines = [paid(coupon.member_id, amount, order_id=order.id) for amount in (5_000, 15_000)]
    assert [earn(line).points for line in lines] == [47, 142]  # 2.50 and 7.50 off


def test_an_order_that_is_told_before_its_price_keeps_what_was_paid_earns():
    state(minor_per_hundred=100, order_amounts="before")
    make_rule()
    make_rule(replace(LINES, event="order_paid"), asset="growth")
    make_promotion("percent_off", basis_points=1_000)
    ann = make_payer()
    order = make_order(ann, number="A", lines=(("P1", 3, 3_333), ("P2", 1, 4_001)))
    line = paid(ann, 9_999, product="P1", quantity=3, order_id=order.id)
    assert earn(line).points == 99
    assert earn(paid(ann, 14_000, event="order_paid", product="", order_id=order.id)).growth == 140
    reserve("A", ann, 1_000)
    run(redeem_order, order_number="A")
    for _again in range(2):
        run(settle_late_discounts, order_number="A")
    net = OrderPrice.objects.get().lines.get(line_id="a").paid_minor
    assert (have(ann), have(ann, GROWTH)) == (4_000 + net // 100, (14_000 - 1_400 - 1_000) // 100)
    give_back(sent_back(line, 3_333))
    assert have(ann) == 4_000 + (net - 3_333 * net // 9_999) // 100
    give_back(sent_back(line, 6_666))
    assert have(ann) == 4_000
    assert audit() == []


def test_amounts_that_are_what_was_paid_stay():
    state()
    make_rule()
    coupon = make_coupon()
    order = make_order(coupon.member_id, number="B")
    run(reserve_coupon, coupon_id=coupon.coupon_id, order_number="B", total_minor=5_000)
    run(redeem_coupon, coupon_id=coupon.coupon_id, order_number="B", order_id=order.id)
    assert earn(paid(coupon.member_id, 4_000, order_id=order.id)).points == 40
