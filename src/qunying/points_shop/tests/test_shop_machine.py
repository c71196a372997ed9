"""The points shop against plain numbers: buying, part refunds, cancelling, points that end and are taken back, in any order."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from qunying.kernel.actors import system
from qunying.ledger.accounts import Purpose
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import points_of, run
from qunying.ledger.tests.plain_book import PlainBook, PlainTransaction, RefusedError
from qunying.ledger.tests.side_by_side import SideBySide, run_machine
from qunying.members.tests.make import make_member
from qunying.points_shop.actions.add_stock import add_stock
from qunying.points_shop.actions.buy_item import buy_item
from qunying.points_shop.actions.cancel_purchase import cancel_purchase
from qunying.points_shop.models import Purchase
from qunying.points_shop.queries.list_items import lefts
from qunying.points_shop.tests.make import make_item
from qunying.rewards.actions.expire_points import expire_points
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.refund_points import refund_points
from qunying.rewards.actions.take_back_points import take_back_points

MEMBERS, PRICE, STOCK, PER_MEMBER = 2, 20, 3, 3
member = st.integers(0, MEMBERS - 1)
part = st.none() | st.integers(1, 60)


@dataclass(eq=False)
class _Bought:
    id: UUID
    spend_id: UUID
    who: int
    quantity: int
    spent: PlainTransaction
    cancelled: bool = False


class ShopMachine(SideBySide):
    """Two members, one item."""

    grants = Bundle("grants")
    purchases = Bundle("purchases")

    def __init__(self):
        super().__init__()
        self.members = [make_member().id for _ in range(MEMBERS)]
        self.item = make_item(price_points=PRICE, stock=STOCK, per_member=PER_MEMBER)
        self.plain, self.left = PlainBook(), STOCK
        self.taken: Counter[UUID] = Counter()
        self.to_take_back = {}

    @rule(target=grants, who=member, units=st.integers(10, 60), days=st.none() | st.integers(0, 3))
    def grant(self, who, units, days):
        self.now += timedelta(seconds=1)
        words = {"member_id": self.members[who], "amount": units, "reason": "order", "valid_days": days}
        granted = self.both(lambda: None, grant_points, **words)[1]
        self.to_take_back[granted.grant_id] = units
        return granted.grant_id, self.plain.grant(who, units, self._end(days), self.now)

    def _end(self, days):
        if days is None:
            return None
        local = self.now + timedelta(hours=8)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - timedelta(hours=8) + timedelta(days=days + 1)

    @rule(grant=grants, units=st.integers(1, 60))
    def take_back(self, grant, units):
        key, plain = grant
        done = self.both(
            lambda: self._taken_back(key, plain, units), take_back_points, grant_id=key, amount=units
        )
        if done is not None:
            self.to_take_back[key] -= units

    def _taken_back(self, key, plain, units):
        if units > self.to_take_back[key]:
            raise RefusedError
        return self.plain.reverse(plain, units, self.now)

    @rule(target=purchases, who=member, quantity=st.integers(0, 4))
    def buy(self, who, quantity):
        def plain():
            allowed = min(self.left, PER_MEMBER - self.taken[who])
            if not 1 <= quantity <= allowed:
                raise RefusedError
            return self.plain.spend(who, PRICE * quantity, self.now)

        words = {"item_id": self.item.id, "member_id": self.members[who], "price_points": PRICE}
        done = self.both(plain, buy_item, quantity=quantity, **words)
        if done is None:
            return None
        self.left -= quantity
        self.taken[who] += quantity
        spend_id = Purchase.objects.get(pk=done[1].purchase_id).spend_id
        return _Bought(done[1].purchase_id, spend_id, who, quantity, done[0])

    @rule(bought=purchases, units=part)
    def refund(self, bought, units):
        if bought is not None:
            self.both(
                lambda: self.plain.reverse(bought.spent, units, self.now),
                refund_points,
                transaction_id=bought.spend_id,
                amount=units,
            )

    @rule(bought=purchases)
    def cancel(self, bought):
        if bought is None:
            return

        def plain():
            if bought.cancelled:
                raise RefusedError
            if bought.spent.reversed < PRICE * bought.quantity:  # else all points came back before
                self.plain.reverse(bought.spent, None, self.now)

        done = self.both(plain, cancel_purchase, purchase_id=bought.id, reason="a mistake")
        if done is not None:
            bought.cancelled = True
            self.left += bought.quantity
            self.taken[bought.who] -= bought.quantity

    @rule()
    def stock_up(self):
        asked = self.both(lambda: None, add_stock, item_id=self.item.id, units=1, reason="more came")[1]
        run(approve_units, now=self.now, actor=system("somebody_else"), enlargement_id=asked)
        self.left += 1

    @rule()
    def expire(self):
        expected, real = self.both(lambda: self.plain.expire_lots(self.now), expire_points)
        assert real == expected

    @invariant()
    def same_balances(self):
        for who, member_id in enumerate(self.members):
            assert get_balance(points_of(member_id)) == self.plain.balances[who, "available"]
            assert get_balance(points_of(member_id, Purpose.DEBT)) == self.plain.balances[who, "debt"]
        assert lefts([self.item])[self.item.id] == self.left
        assert audit() == []


@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_plain_numbers():
    run_machine(ShopMachine, 4, 12)


@pytest.mark.full
@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_plain_numbers_at_length():
    run_machine(ShopMachine, 100, 40)
