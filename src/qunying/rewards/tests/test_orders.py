"""Checkout: one price, all its coupons at once; parts come back for what was paid for them, budgets stay exact."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import ACTOR, NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.cancel_order import cancel_order
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.refund_order import ReturnedLine, refund_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.actions.roll_back_coupon import roll_back_coupon
from qunying.rewards.coupons import CouponTaken
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import Coupon, OrderPrice
from qunying.rewards.pricing.cart_terms import CartTerms
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.pricing.orders import OrderNotReserved, QuoteChanged, RefundTooLarge, RefundWrong
from qunying.rewards.queries.list_coupons import count_coupons
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.rewards.tests.make import make_budget, make_coupon, make_promotion, make_template
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
CART = AskedCart(
    currency="CNY",
    lines=(
        AskedLine(id="a", product="P1", quantity=3, unit_price_minor=3_333),
        AskedLine(id="b", product="P2", quantity=1, unit_price_minor=4_001),
    ),
    shipping_minor=900,
)


def reserve(number, member, *, now=NOW, asked=CART, quote_hash=None):
    quote = quote_cart(asked=asked, actor=ACTOR, now=now, member_id=member, order_number=number)
    return run(reserve_order, now=now, order_number=number, asked=asked, member_id=member, codes=[],
        quote_hash=quote_hash or quote.quote_hash)  # fmt: skip


def refund(number, *lines, **words):
    returned = [ReturnedLine(line_id=line, quantity=units) for line, units in lines]
    return run(refund_order, order_number=number, lines=returned, reason="returned", **words)


def a_member_with_coupons():
    """Ten off and free shipping, both on a campaign's budget."""
    ann, campaign = make_member().id, make_budget(10_000)
    make_coupon(make_template(campaign_id=campaign), member_id=ann)
    post = make_template(
        kind="free_shipping",
        amount_minor=None,
        cap_minor=1_500,
        cart=CartTerms(stage=9),
        campaign_id=campaign,
    )
    make_coupon(post, member_id=ann)
    return ann, campaign


def spent(campaign):
    budget = get_budget(campaign)
    return budget.held, budget.spent


def states():
    return sorted(Coupon.objects.values_list("state", flat=True))


def discounts():
    """What the events of coupons sum to."""
    told = Event.objects.filter(name__startswith="coupon_", amount_minor__isnull=False)
    return sum(told.values_list("amount_minor", flat=True))


def sound():
    assert not audit()


def test_an_order_from_quote_to_the_last_return():
    ann, campaign = a_member_with_coupons()
    promotion = make_promotion("percent_off", basis_points=1_000)
    reserved = reserve("A", ann)
    assert (reserved.goods_minor, reserved.shipping_minor) == (14_000 - 1_400 - 1_000, 0)
    assert states() == ["reserved", "reserved"]
    run(close_promotion, promotion_id=promotion)  # what was promised is kept
    assert run(redeem_order, order_number="A").total_minor == 11_600
    assert spent(campaign) == (0, 1_900)
    one = refund("A", ("a", 1))
    two = refund("A", ("a", 1), ("a", 1))
    assert one.by_line["a"] <= two.by_line["a"]
    order = OrderPrice.objects.get()
    line = order.lines.get(line_id="a")
    assert one.by_line["a"] + two.by_line["a"] == line.paid_minor
    key = next(key for key in line.off_by if key.startswith("coupon"))
    assert spent(campaign) == (0, 1_900 - line.off_by[key])  # the budget has its share of the discount back
    assert count_coupons(campaign).discount_minor == discounts() == 1_900 - line.off_by[key]
    with pytest.raises(RefundTooLarge):
        refund("A", ("a", 1))
    assert states() == ["redeemed", "redeemed"]
    last = refund("A", ("b", 1), with_shipping=True)
    assert last.is_whole
    assert last.refunded_minor == 11_600
    assert len(last.coupon_ids) == 2
    assert states() == ["claimed", "claimed"]
    assert spent(campaign) == (2_500, 0)  # held again for both, as before the order
    assert count_coupons(campaign).discount_minor == discounts() == 0
    with pytest.raises(OrderNotReserved):
        refund("A", ("b", 1))
    sound()
    assert reserve("B", ann).total_minor == 13_000  # and they are good for another order


def test_a_cancelled_order_and_coupons_that_stay_used():
    ann, campaign = make_member().id, make_budget(5_000)
    make_coupon(make_template(campaign_id=campaign, returns=False), member_id=ann)
    reserve("A", ann)
    run(redeem_order, order_number="A")
    refund("A", ("a", 2))
    back = run(cancel_order, order_number="A", reason="cancelled")
    assert (back.refunded_minor, back.coupon_ids) == (13_900, [])
    assert states() == ["redeemed"]
    assert spent(campaign) == (0, 0)
    sound()


def test_a_coupon_that_serves_another_order_by_now_stays_with_it():
    ann, campaign = make_member().id, make_budget(5_000)
    coupon = make_coupon(make_template(campaign_id=campaign), member_id=ann).coupon_id
    for number in ("A", "B"):
        reserve(number, ann)
        run(redeem_order, order_number=number)
        if number == "A":
            run(roll_back_coupon, coupon_id=coupon, reason="given again")
    assert refund("A", ("a", 1)).coupon_ids == []
    assert run(cancel_order, order_number="A", reason="cancelled").coupon_ids == []
    assert (states(), spent(campaign), discounts()) == (["redeemed"], (0, 1_000), 1_000)
    sound()
    assert run(cancel_order, order_number="B", reason="cancelled").coupon_ids == [coupon]
    assert (states(), spent(campaign), discounts()) == (["claimed"], (1_000, 0), 0)
    sound()


def test_a_coupon_rolled_back_after_a_part_gives_back_what_is_left():
    (ann, bob), campaign = (make_member().id, make_member().id), make_budget(5_000)
    template = make_template(campaign_id=campaign)
    coupon = make_coupon(template, member_id=ann).coupon_id
    make_coupon(template, member_id=bob)
    for number, member in (("A", ann), ("B", bob)):
        reserve(number, member)
        run(redeem_order, order_number=number)
    refund("A", ("a", 3))
    assert spent(campaign)[1] < 2_000
    run(roll_back_coupon, coupon_id=coupon, reason="cancelled")
    assert (spent(campaign), discounts()) == (
        (1_000, 1_000),
        1_000,
    )  # the other member's discount stays spent
    refund("A", ("b", 1))
    assert spent(campaign) == (1_000, 1_000)
    sound()


def test_a_price_that_changed_is_refused_and_nothing_is_kept():
    ann, _campaign = a_member_with_coupons()
    old = quote_cart(asked=CART, actor=ACTOR, now=NOW, member_id=ann).quote_hash
    make_promotion("percent_off", basis_points=1_000)
    with pytest.raises(QuoteChanged) as changed:
        reserve("A", ann, quote_hash=old)
    assert states() == ["claimed", "claimed"]
    assert not OrderPrice.objects.exists()
    assert reserve("A", ann, quote_hash=changed.value.fields["quote_hash"]).total_minor == 11_600


def test_an_order_may_reserve_again_give_up_or_be_late():
    ann, _campaign = a_member_with_coupons()
    reserve("A", ann)
    assert (
        quote_cart(asked=CART, actor=ACTOR, now=NOW, member_id=ann).total_minor == 14_900
    )  # for other orders
    smaller = reserve("A", ann, asked=replace(CART, shipping_minor=0))
    assert len(smaller.coupon_ids) == 1
    assert states() == ["claimed", "reserved"]
    run(release_order, order_number="A")
    assert states() == ["claimed", "claimed"]
    with pytest.raises(OrderNotReserved):
        run(redeem_order, order_number="A")
    reserve("A", ann)
    late = NOW + RESERVATION + timedelta(minutes=1)
    reserve("B", ann, now=late)
    with pytest.raises(CouponTaken):  # all or nothing
        run(redeem_order, now=late, order_number="A")
    assert states() == ["reserved", "reserved"]
    run(redeem_order, now=late, order_number="B")
    assert OrderPrice.objects.get(order_number="A").state == "reserved"
    sound()


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([("a", -1)], RefundWrong),
        ([("a", 0)], RefundWrong),
        ([("z", 1)], RefundWrong),
        ([], RefundWrong),
        ([("a", 4)], RefundTooLarge),
        ([("b", 1), ("a", 2), ("a", 2)], RefundTooLarge),
    ],
)
def test_returns_that_make_no_sense_are_refused_whole(lines, problem):
    ann, campaign = a_member_with_coupons()
    reserve("A", ann)
    with pytest.raises(OrderNotReserved):
        refund("A", ("a", 1))  # not paid yet
    run(redeem_order, order_number="A")
    before = spent(campaign)
    with pytest.raises(problem):
        refund("A", *lines)
    assert spent(campaign) == before
    assert OrderPrice.objects.get().refunded_minor == 0
    assert sum(OrderPrice.objects.get().lines.values_list("returned_quantity", flat=True)) == 0


def test_a_gift_comes_back_with_its_worth_or_is_told_as_due():
    campaign = make_budget(10_000)
    numbers: dict[str, Any] = {
        "gift_product": "MUG",
        "gift_quantity": 2,
        "gift_worth_minor": 450,
        "threshold_minor": 12_000,
    }
    gift = f"promotion:{make_promotion('gift', campaign_id=campaign, **numbers)}"
    ann = make_member().id
    for number in ("A", "B"):
        reserve(number, ann)
        run(redeem_order, order_number=number)
    assert spent(campaign) == (0, 1_800)
    (kept,) = refund("A", ("a", 1)).gifts_kept  # 106.67 are left of 140.00
    assert (kept.offer_id, kept.product, kept.quantity, kept.worth_minor, kept.is_due) == (
        gift,
        "MUG",
        2,
        900,
        True,
    )
    with pytest.raises(RefundWrong):
        refund("A", gifts=["promotion:none"])
    back = refund("A", gifts=[gift])
    assert (back.amount_minor, back.gifts_kept, spent(campaign)) == (0, [], (0, 900))
    with pytest.raises(RefundTooLarge):
        refund("A", gifts=[gift])
    assert run(cancel_order, order_number="B", reason="cancelled").gifts_kept == []
    assert spent(campaign) == (0, 0)
    assert audit() == []


def test_a_gift_and_shipping_may_come_back_after_the_goods():
    campaign, ann = make_budget(10_000), make_member().id
    gift = make_template(
        kind="gift",
        amount_minor=None,
        gift_product="MUG",
        gift_quantity=1,
        gift_worth_minor=450,
        campaign_id=campaign,
    )
    coupon = make_coupon(gift, member_id=ann).coupon_id
    reserve("A", ann)
    run(redeem_order, order_number="A")
    goods = refund("A", ("a", 3), ("b", 1))
    (kept,) = goods.gifts_kept
    assert (goods.is_whole, kept.is_due, spent(campaign)) == (True, True, (0, 450))
    assert refund("A", with_shipping=True).refunded_minor == 14_900
    back = refund("A", gifts=[kept.offer_id])
    assert (back.coupon_ids, back.gifts_kept, spent(campaign)) == ([coupon], [], (450, 0))
    for nothing in ({"gifts": [kept.offer_id]}, {"with_shipping": True}):
        with pytest.raises(RefundTooLarge):
            refund("A", **nothing)
    with pytest.raises(OrderNotReserved):
        refund("A", ("a", 1), with_shipping=True)
    sound()
