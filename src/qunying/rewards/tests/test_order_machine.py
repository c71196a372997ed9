"""Orders with coupons against plain numbers: reserved, paid, given up, taken back in parts, in any order."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import ACTOR, NOW
from qunying.ledger.tests.side_by_side import SideBySide, run_machine
from qunying.members.tests.make import make_member
from qunying.rewards.actions.cancel_order import cancel_order
from qunying.rewards.actions.expire_coupons import expire_coupons
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.refund_order import ReturnedLine, refund_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.models import Coupon
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.rewards.tests.make import make_budget, make_coupon, make_template
from qunying.rewards.tests.plain_offer import PlainOffer, refuse_unless

OFF, BUDGET = 1_000, 1_500  # enough for one coupon, or for one and what comes back in parts
PRICES = {"a": (3, 3_333), "b": (1, 4_001)}
LIST = sum(quantity * price for quantity, price in PRICES.values())
number = st.sampled_from(["A", "B"])
CART = AskedCart(
    currency="CNY",
    lines=tuple(
        AskedLine(id=key, product=key.upper(), quantity=quantity, unit_price_minor=price)
        for key, (quantity, price) in PRICES.items()
    ),
)


@dataclass(eq=False)
class _Order:
    state: str = "new"
    off: int = 0
    given_back: int = 0
    refunded: int = 0
    left: dict[str, int] = field(default_factory=lambda: {key: n for key, (n, _price) in PRICES.items()})


class OrderMachine(SideBySide):
    """One member with one coupon of a campaign's budget, two orders that want it."""

    def __init__(self):
        super().__init__()
        self.member = make_member().id
        self.campaign = make_budget(BUDGET)
        template = make_template(valid_days=2, campaign_id=self.campaign)
        self.key = make_coupon(template, member_id=self.member, now=NOW).coupon_id
        self.plain = PlainOffer(total=1, per_member=1, amount=OFF, free=BUDGET)
        self.coupon = self.plain.give(0, 1, Coupon.objects.get(pk=self.key).valid_until)
        self.orders = {"A": _Order(), "B": _Order()}

    def _can_have(self, what):
        coupon = self.coupon
        free = coupon.state == "claimed" or (coupon.state == "reserved" and not coupon.is_kept(self.now))
        return coupon.valid_until > self.now and (
            free or (coupon.state == "reserved" and coupon.order == what)
        )

    @rule(what=number)
    def reserve(self, what):
        order = self.orders[what]
        self.now += timedelta(seconds=1)
        quote = quote_cart(asked=CART, actor=ACTOR, now=self.now, member_id=self.member, order_number=what)
        self.now -= timedelta(seconds=1)

        def plain():
            off = OFF if self._can_have(what) else 0
            assert quote.total_minor == LIST - off
            refuse_unless(order.state in {"new", "reserved", "released"})
            if off:
                self.plain.reserve(self.coupon, what, LIST, self.now)
            return off

        words = {"asked": CART, "member_id": self.member, "codes": [], "quote_hash": quote.quote_hash}
        done = self.both(plain, reserve_order, order_number=what, **words)
        if done is not None:
            order.state, order.off = "reserved", done[0]
            assert done[1].total_minor == LIST - order.off

    @rule(what=number)
    def redeem(self, what):
        order = self.orders[what]

        def plain():
            refuse_unless(order.state == "reserved")
            if order.off:
                self.plain.redeem(self.coupon, what, self.now)

        if self.both(plain, redeem_order, order_number=what) is not None:
            order.state = "redeemed"

    @rule(what=number)
    def release(self, what):
        order = self.orders[what]

        def plain():
            refuse_unless(order.state == "reserved")
            if self.coupon.is_kept(self.now) and self.coupon.order == what:
                self.plain.release(self.coupon, what)

        if self.both(plain, release_order, order_number=what) is not None:
            order.state = "released"

    def _come_back(self, order, units, answer):
        """Hold what came back against its list price: what was paid, and the discount that its budget has again."""
        for key, quantity in units.items():
            order.left[key] -= quantity
        worth = sum(quantity * PRICES[key][1] for key, quantity in units.items())
        share = worth - answer.amount_minor
        whole = not any(order.left.values())
        order.refunded += answer.amount_minor
        assert answer.refunded_minor == order.refunded <= LIST - order.off
        if whole:
            assert order.refunded == LIST - order.off
            share = order.off - order.given_back
            order.state = "refunded"
        else:
            real = get_budget(self.campaign).spent
            assert abs(self.plain.spent - share - real) <= 1  # the last fen goes one way or the other
            share = self.plain.spent - real
        order.given_back += share
        self.plain.spent -= share
        self.plain.free += share
        if whole and order.off:
            self._coupon_back()

    def _coupon_back(self):
        if self.coupon.valid_until > self.now and self.plain.free >= OFF:
            self.plain.free, self.plain.held = self.plain.free - OFF, self.plain.held + OFF
            self.coupon.state, self.coupon.order = "claimed", None
        else:
            self.coupon.state = "rolled_back"

    @rule(what=number, key=st.sampled_from(["a", "b"]), quantity=st.integers(0, 4))
    def refund(self, what, key, quantity):
        order = self.orders[what]

        def plain():
            refuse_unless(order.state == "redeemed" and 1 <= quantity <= order.left[key])

        lines = [ReturnedLine(line_id=key, quantity=quantity)]
        done = self.both(plain, refund_order, order_number=what, lines=lines, reason="returned")
        if done is not None:
            self._come_back(order, {key: quantity}, done[1])

    @rule(what=number)
    def cancel(self, what):
        order = self.orders[what]
        done = self.both(
            lambda: refuse_unless(order.state == "redeemed"), cancel_order, order_number=what, reason="x"
        )
        if done is not None:
            self._come_back(order, dict(order.left), done[1])

    @rule()
    def sweep(self):
        expected, swept = self.both(lambda: self.plain.sweep(self.now), expire_coupons)
        assert (swept.released, swept.expired) == expected

    @invariant()
    def same_coupon_and_budget(self):
        assert Coupon.objects.get(pk=self.key).state == self.coupon.state
        budget = get_budget(self.campaign)
        assert (budget.free, budget.held, budget.spent) == (
            self.plain.free,
            self.plain.held,
            self.plain.spent,
        )
        assert audit() == []


@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_plain_numbers():
    run_machine(OrderMachine, 4, 12)


@pytest.mark.full
@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_plain_numbers_at_length():
    run_machine(OrderMachine, 100, 40)
