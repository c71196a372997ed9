"""Points pay for a part of an order: as far as the policy says, held, spent, given back to their lots, never twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.accounts import POINTS, Purpose, of_brand
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.list_lots import list_endings
from qunying.ledger.tests.make import ACTOR, NOW, give_points, points_of, run, spend
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member
from qunying.rewards.actions.carry_balances_over import carry_balances_over
from qunying.rewards.actions.lapse_orders import lapse_orders
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.refund_order import ReturnedLine, refund_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.actions.state_checkout_policy import state_checkout_policy
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.cart_terms import TermsWrong
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.pricing.checkout_policy import CheckoutWording
from qunying.rewards.pricing.order_points import PointsGone
from qunying.rewards.queries.list_depths import list_depths
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.rewards.tests.make import make_coupon, make_promotion

CART = AskedCart(
    currency="CNY",
    lines=(
        AskedLine(id="a", product="P1", quantity=3, unit_price_minor=3_333),
        AskedLine(id="b", product="P2", quantity=1, unit_price_minor=4_001),
    ),
    shipping_minor=900,
)
LATE = NOW + RESERVATION + timedelta(seconds=1)
TOMORROW = NOW + timedelta(days=1)


def state(**changes):
    """A hundred points pay 0.50."""
    return run(
        state_checkout_policy,
        wording=CheckoutWording(**{"currency": "CNY", "minor_per_hundred": 50, **changes}),
    )


def make_payer(points=5_000):
    """A member of whose points the first fifth ends tomorrow."""
    member = make_member().id
    give_points(member, points - points // 5)
    give_points(member, points // 5, expires_at=TOMORROW)
    return member


def quote(member, points="most", *, now=NOW, number=None):
    return quote_cart(asked=CART, actor=ACTOR, now=now, member_id=member, points=points, order_number=number)


def reserve(number, member, points="most", *, now=NOW, quote_hash=None):
    shown = quote_hash or quote(member, points, now=now, number=number).quote_hash
    return run(reserve_order, now=now, order_number=number, asked=CART, member_id=member, codes=[],
        points=points, quote_hash=shown)  # fmt: skip


def refund(number, *lines, now=NOW, **words):
    returned = [ReturnedLine(line_id=line, quantity=units) for line, units in lines]
    return run(refund_order, now=now, order_number=number, lines=returned, reason="returned", **words)


def orders_with_points():
    """One order that holds points, one that spent some and got a part of them back."""
    state()
    member = make_payer()
    reserve("kept", member, 200)
    reserve("paid", member, 200)
    run(redeem_order, order_number="paid")
    refund("paid", ("a", 1))


def have(member):
    return get_balance(points_of(member)), get_balance(points_of(member, Purpose.HELD))


@pytest.mark.django_db
def test_an_order_from_quote_to_the_last_return():
    assert quote(make_member().id).points.reason == "no_policy"
    assert state() == 1
    assert state(minor_per_hundred=50, share_basis_points=5_000, most_minor=2_000) == 2
    ann = make_payer()
    shown = quote(ann, None).points
    assert (shown.most, shown.most_off_minor, shown.used, shown.reason) == (4_000, 2_000, 0, "amount")
    few = quote(ann, 301)
    assert (few.points.used, few.points.off_minor, few.points.reason) == (300, 150, "as_asked")
    assert few.total_minor == quote(ann, None).total_minor - 150
    reserved = reserve("A", ann)
    assert (reserved.total_minor, reserved.points) == (14_900 - 2_000, 4_000)
    assert have(ann) == (1_000, 4_000)
    assert list_endings(points_of(ann), NOW)[0].ends_at is None  # those that end soonest went first
    assert quote(ann).points.most == 1_000
    assert reserve("A", ann, 3_000).points == 3_000  # the same order again
    assert have(ann) == (2_000, 3_000)
    run(redeem_order, order_number="A")
    assert have(ann) == (2_000, 0)
    assert {each.long.depth for each in list_depths(NOW)} == {0}  # points are no discount
    first = refund("A", ("a", 1))
    assert 0 < first.points < 3_000
    assert first.amount_minor + sum(OrderPrice.objects.get().lines.values_list("paid_minor", flat=True)) > 0
    back = [first, refund("A", ("a", 2)), refund("A", ("b", 1), with_shipping=True)]
    assert sum(one.points for one in back) == 3_000
    assert sum(one.amount_minor for one in back) == 14_900 - 1_500
    assert [(each.amount, each.ends_at) for each in list_endings(points_of(ann), NOW)] == [
        (1_000, TOMORROW),
        (4_000, None),
    ]
    assert audit() == []


@pytest.mark.django_db
def test_what_is_asked_wrongly_or_too_late_changes_nothing():
    state(with_coupons=False, least_minor=5_000, tags=("shoes",), products=("P1",))
    ann = make_payer()
    assert quote(ann).points.off_minor == 2_500  # of P1 alone
    assert quote(None).points.reason == "no_member"
    coupon = make_coupon(member_id=ann)
    assert quote(ann, None).points.reason == "with_coupons"
    paid = quote(ann)
    assert [(one.key, one.reason) for one in paid.unused] == [(coupon.coupon_id, "points_instead")]
    with pytest.raises(TermsWrong):
        state(share_basis_points=0)
    reserve("A", ann)
    run(release_order, order_number="A")
    assert have(ann) == (5_000, 0)
    reserve("A", ann)
    assert run(lapse_orders, now=LATE) == 1
    assert run(lapse_orders, now=LATE) == 0
    spend(ann, 4_000)
    with pytest.raises(PointsGone):
        run(redeem_order, now=LATE, order_number="A")
    give_points(ann, 4_000)
    run(redeem_order, now=LATE, order_number="A")
    assert have(ann) == (0, 0)
    # A lot that ended meanwhile comes back for the days of grace.
    after = NOW + timedelta(days=3)
    give = refund("A", ("a", 3), now=after)
    assert give.points == 5_000
    assert {each.ends_at for each in list_endings(points_of(ann), after)} <= {None, after + timedelta(days=7)}
    run(suspend_rewards, member_id=ann, reference="case", until=None)
    assert quote(ann).points.reason == "suspended"
    assert audit() == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "reserve", "redeem", "refund", "refund", "release", "lapse"]),
        st.sampled_from("AB"),
        st.sampled_from(["a", "b"]),
        st.integers(1, 3),
    ),
    max_size=14,
)


def _play(steps, rate):
    state(minor_per_hundred=rate)
    make_promotion("percent_off", basis_points=1_000)
    ann, now = make_payer(3_000), NOW
    orders = OrderPrice.objects.filter(state__in=["redeemed", "refunded"])
    for step, number, line, some in steps:
        now += timedelta(minutes=5)
        try:
            if step == "reserve":
                reserve(number, ann, some * 600, now=now)
            elif step == "refund":
                refund(number, (line, some), now=now)
            else:
                words = {} if step == "lapse" else {"order_number": number}
                run(
                    {"redeem": redeem_order, "release": release_order, "lapse": lapse_orders}[step],
                    now=now,
                    **words,
                )
        except Problem:
            pass
        spent = get_balance(of_brand(POINTS, Purpose.REDEEMED))
        assert sum(have(ann)) + spent == 3_000
        assert spent == sum(each.points - each.points_returned for each in orders.all())
    for order in orders.filter(state="redeemed"):
        left = [(each.line_id, each.quantity - each.returned_quantity) for each in order.lines.all()]
        refund(order.order_number, *[each for each in left if each[1]], with_shipping=True, now=now)
    for order in orders.all():
        assert (order.points_returned, order.refunded_minor) == (
            order.points,
            order.total_minor - (0 if order.is_shipping_refunded else order.shipping_minor),
        )
    assert audit() == []


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.sampled_from([1, 37, 100, 950]))
def test_points_and_money_are_conserved(steps, rate):
    savepoint = transaction.savepoint_create()
    try:
        _play(steps, rate)
    finally:
        transaction.savepoint_rollback(savepoint)


def _race_for_points():
    """Eight carts of one member were shown the price with 300 points; there are enough for three."""
    state(minor_per_hundred=10)
    ann = make_payer(1_000)
    shown = quote(ann, 300).quote_hash
    return ann, race(lambda number: reserve(f"N{number}", ann, 300, quote_hash=shown), 8)


@pytest.mark.django_db
def test_points_of_whoever_was_merged_since_pay_for_a_late_order():
    state()
    ann, kept = make_payer(), make_member().id
    reserve("A", ann, 2_000)
    run(merge_members, kept_id=kept, merged_id=ann)
    run(lapse_orders, now=LATE)
    run(carry_balances_over, now=LATE, member_id=kept)
    run(redeem_order, now=LATE, order_number="A")
    assert get_balance(points_of(kept)) == 3_000
    assert refund("A", ("a", 3), ("b", 1), now=LATE).points == 2_000
    assert get_balance(points_of(kept)) == 5_000
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_points_are_held_once():
    ann, outcomes = _race_for_points()
    assert outcomes["done"] == 3
    assert outcomes["points_gone"] + outcomes["quote_changed"] == 5
    assert have(ann) == (100, 900)
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_points_go_wrong_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.balance_guard", "ledger.balance_checked")
    _race_for_points()
    assert audit() != []
