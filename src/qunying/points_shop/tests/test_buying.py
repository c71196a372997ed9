"""Buying for points and undoing it: everything or nothing, and never more than there is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.activities.limits import chance_asset
from qunying.activities.tests.make import make_activity, play
from qunying.fulfilment.actions.return_fulfilment import return_fulfilment
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.finding import FulfilmentState
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.tests.make import HOME
from qunying.kernel.actors import system
from qunying.ledger.accounts import of_member
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.actions.enlarge_pool import enlarge_pool
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import ReasonNotFit
from qunying.ledger.models import Lot
from qunying.ledger.proposals import ReasonMissing
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.stock import PoolClosed, SoldOut
from qunying.ledger.tests.make import NOW, give_points, points_of, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member
from qunying.points_shop.actions.add_stock import add_stock
from qunying.points_shop.actions.buy_item import ItemNotForTier, ItemNotOnOffer, ItemPriceChanged
from qunying.points_shop.actions.cancel_purchase import PurchaseCancelled, PurchaseStands, cancel_purchase
from qunying.points_shop.actions.close_item import close_item
from qunying.points_shop.actions.write_item import write_item
from qunying.points_shop.drafting import ItemFixed, ItemWrong
from qunying.points_shop.finding import UnknownPurchase
from qunying.points_shop.giving import ActivityIsOver, ChancesUsed
from qunying.points_shop.limits import PurchaseLimit
from qunying.points_shop.models import Item, Purchase
from qunying.points_shop.queries.list_items import lefts
from qunying.points_shop.tests.make import buy, item_words, make_buyer, make_item
from qunying.rewards.actions.carry_balances_over import carry_balances_over
from qunying.rewards.actions.refund_points import refund_points
from qunying.rewards.coupons import CouponNotUsable
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def left(item: Item) -> int:
    return lefts([item])[item.id]


def cancel(purchase_id: UUID, **rest: Any) -> int:
    points: int = run(cancel_purchase, purchase_id=purchase_id, **{"reason": "a mistake", **rest}).points
    return points


def test_points_go_goods_are_queued_and_all_of_it_comes_back_to_the_same_lot():
    item, member = make_item(), make_member().id
    give_points(member, 150, expires_at=NOW + DAY)
    give_points(member, 150)
    first = buy(item, member, 2)
    soon = Lot.objects.get(expires_at=NOW + DAY)
    assert (soon.remaining, get_balance(points_of(member)), left(item)) == (0, 100, 3)
    sent = Fulfilment.objects.get()
    assert (sent.source_id, sent.quantity, sent.due_at) == (first.purchase_id, 2, NOW + 7 * DAY)
    with pytest.raises(InsufficientBalance):
        buy(item, member, 2)
    assert cancel(first.purchase_id, member_id=member, reason="") == 200
    soon.refresh_from_db()
    sent.refresh_from_db()
    assert (soon.remaining, get_balance(points_of(member)), left(item)) == (150, 300, 5)
    assert sent.state == "cancelled"
    with pytest.raises(PurchaseCancelled):
        cancel(first.purchase_id)
    assert audit() == []


def test_after_a_part_refund_only_the_rest_comes_back():
    member = make_buyer(300)
    bought = buy(make_item(), member, 2)
    spend_id = Purchase.objects.get().spend_id
    run(refund_points, transaction_id=spend_id, amount=50, reason="a chip in the cup")
    assert audit() == []
    assert cancel(bought.purchase_id) == 150
    again = buy(make_item(), member)
    whole = Purchase.objects.get(pk=again.purchase_id)
    run(refund_points, transaction_id=whole.spend_id, reason="it never came")
    assert cancel(again.purchase_id) == 0
    assert get_balance(points_of(member)) == 300
    assert audit() == []
    Purchase.objects.update(points=150)
    assert {fault.check for fault in audit()} == {"shop_points_were_spent"}


def test_what_is_on_its_way_is_undone_only_when_it_came_back():
    member = make_buyer()
    bought = buy(make_item(), member)
    number = Fulfilment.objects.get().id
    Fulfilment.objects.update(way="post", sealed_address=HOME.address)
    run(send_fulfilment, number=number, carrier="SF", tracking="SF1")
    with pytest.raises(FulfilmentState):
        cancel(bought.purchase_id)
    with pytest.raises(UnknownPurchase):
        cancel(bought.purchase_id, member_id=make_member().id)
    run(return_fulfilment, number=number, reason="broken")
    assert cancel(bought.purchase_id) == 100
    assert audit() == []


def test_an_item_is_sold_by_its_rules():
    member = make_buyer(10_000)
    daily = make_item(per_member=2, period="day", stock=10, opens_at=NOW, closes_at=NOW + 2 * DAY)
    with pytest.raises(ItemNotOnOffer):
        buy(daily, member, now=NOW - DAY)
    with pytest.raises(ItemPriceChanged):
        buy(daily, member, price_points=99)
    buy(daily, member)
    with pytest.raises(PurchaseLimit):
        buy(daily, member, 2)
    undone = buy(daily, member)
    cancel(undone.purchase_id)
    buy(daily, member)
    buy(daily, member, 2, now=NOW + DAY)
    with pytest.raises(ItemNotOnOffer):
        buy(daily, member, now=NOW + 2 * DAY)
    Item.objects.filter(pk=daily.pk).update(tiers=["gold"])
    with pytest.raises(ItemNotForTier):
        buy(daily, member, now=NOW + DAY)
    assert audit() == []


def test_an_open_item_keeps_what_it_is_and_gets_more():
    item = make_item(stock=1)
    member = make_buyer()
    with pytest.raises(ItemFixed):
        run(write_item, item_id=item.id, words=item_words(stock=9))
    with pytest.raises(ItemWrong):
        run(write_item, words=item_words(tiers=["gold"]))
    with pytest.raises(ReasonNotFit):
        run(write_item, words=item_words(title="Call 13812345678"))
    run(write_item, item_id=item.id, words=item_words(stock=1, price_points=50))
    item.refresh_from_db()
    buy(item, member)
    with pytest.raises(SoldOut):
        buy(item, member)
    with pytest.raises(ReasonMissing):
        run(add_stock, item_id=item.id, units=2, reason=" ")
    asked = run(add_stock, item_id=item.id, units=2, reason="more came")
    with pytest.raises(SoldOut):
        buy(item, member)
    run(approve_units, actor=system("somebody_else"), enlargement_id=asked)
    assert Purchase.objects.get(pk=buy(item, member).purchase_id).serials == [2]
    run(close_item, item_id=item.id)
    with pytest.raises(ItemNotOnOffer):
        buy(item, member)
    with pytest.raises(PoolClosed):
        run(enlarge_pool, pool_id=item.pool_id, units=1)
    assert audit() == []


def test_coupons_are_claimed_at_once_and_taken_back_unused():
    item = make_item(kind="coupon", template_id=make_template())
    member = make_buyer()
    bought = buy(item, member)
    coupon = Coupon.objects.get()
    assert Purchase.objects.get().coupon_ids == [str(coupon.id)]
    with pytest.raises(PurchaseStands):
        cancel(bought.purchase_id, member_id=member)
    assert cancel(bought.purchase_id) == 100
    coupon.refresh_from_db()
    assert coupon.state == "withdrawn"
    second = buy(item, make_buyer())
    Coupon.objects.exclude(pk=coupon.pk).update(state="redeemed")
    with pytest.raises(CouponNotUsable):
        cancel(second.purchase_id)


def test_chances_are_for_an_activity_that_is_open_and_come_back_unused():
    wheel = make_activity(per_member=1)
    item, member = make_item(kind="chances", activity_id=wheel.id, chances=2), make_buyer(now=NOW - DAY)
    bought = buy(item, member)
    assert get_balance(of_member(member, chance_asset(wheel.id))) == 2
    assert cancel(bought.purchase_id) == 100
    used = buy(item, member)
    for _turn in range(2):
        play(wheel, member)
    with pytest.raises(ChancesUsed):
        cancel(used.purchase_id)
    with pytest.raises(ActivityIsOver):
        buy(item, member, now=NOW + 2 * DAY)
    assert audit() == []


def test_chances_come_back_from_whom_the_member_was_merged_into():
    wheel = make_activity(per_member=1)
    item, merged, kept = (
        make_item(kind="chances", activity_id=wheel.id, chances=2),
        make_buyer(now=NOW - DAY),
        make_buyer(now=NOW - DAY),
    )
    bought = buy(item, merged)
    run(merge_members, kept_id=kept, merged_id=merged)
    run(carry_balances_over, member_id=kept)
    assert get_balance(of_member(kept, chance_asset(wheel.id))) == 2
    assert cancel(bought.purchase_id) == 100
    assert get_balance(of_member(kept, chance_asset(wheel.id))) == 0
    assert audit() == []


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["buy", "cancel"]), st.integers(1, 3)), max_size=10)
)
def test_points_and_units_are_conserved(steps: list[tuple[int, str, int]]):
    item, members = make_item(stock=4, per_member=3), [make_buyer(400), make_buyer(250)]
    paid = dict.fromkeys(members, 0)
    out: list[tuple[UUID, UUID, int]] = []
    for who, what, number in steps:
        try:
            if what == "buy":
                out.append((buy(item, members[who], number).purchase_id, members[who], number))
                paid[members[who]] += 100 * number
            elif out:
                purchase_id, member, count = out.pop(number % len(out))
                assert cancel(purchase_id) == 100 * count
                paid[member] -= 100 * count
        except (PurchaseLimit, SoldOut, InsufficientBalance):
            continue
    for member, had in zip(members, (400, 250), strict=True):
        assert get_balance(points_of(member)) == had - paid[member]
    assert left(item) == 4 - sum(count for _id, _member, count in out)
    assert audit() == []
