"""A campaign's budget against three plain numbers: opened, raised, lowered, held, spent, given back, closed, in any order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from qunying.ledger.accounts import Purpose, of_campaign
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.actions.close_budget import close_budget
from qunying.ledger.actions.expire_hold import expire_hold
from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.void_hold import void_hold
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.plain_book import RefusedError
from qunying.ledger.tests.side_by_side import SideBySide, breaks_of_the_book, run_machine

amount = st.integers(1, 60)


@dataclass(eq=False)
class _Promise:
    """What was held, and what of it was spent and has not come back."""

    amount: int
    ends_at: datetime | None
    is_open: bool = True
    spent: int = 0

    def is_over(self, now):
        return self.ends_at is not None and self.ends_at <= now


class BudgetMachine(SideBySide):
    """One campaign with money."""

    promises = Bundle("promises")
    spends = Bundle("spends")

    def __init__(self):
        super().__init__()
        self.campaign = uuid4()
        self.account = of_campaign(self.campaign, "CNY")
        self.free = self.held = self.spent = 0
        self.is_opened = False

    def _refuse_unless(self, allowed):
        if not allowed:
            raise RefusedError

    @rule(units=amount)
    def open(self, units):
        def plain():
            self._refuse_unless(not self.is_opened)
            self.is_opened = True
            self.free += units

        self.both(plain, open_budget, campaign_id=self.campaign, currency="CNY", amount_minor=units)

    @rule(units=amount, sign=st.sampled_from([1, -1]))
    def change(self, units, sign):
        def plain():
            self._refuse_unless(self.free + sign * units >= 0)
            self.free += sign * units

        words = {"account": self.account, "reason": "more posters", "evidence": "ticket 12"}
        self.both(plain, adjust_balance, amount=sign * units, **words)

    @rule()
    def close(self):
        def plain():
            free, self.free = self.free, 0
            return free

        expected, real = self.both(plain, close_budget, campaign_id=self.campaign, currency="CNY")
        assert real == expected

    @rule(target=promises, units=amount, days=st.none() | st.integers(1, 3))
    def hold(self, units, days):
        ends_at = None if days is None else self.now + timedelta(days=days)

        def plain():
            self._refuse_unless(self.free >= units)
            self.free, self.held = self.free - units, self.held + units
            return _Promise(units, ends_at)

        return self.both(plain, place_hold, account=self.account, amount=units, expires_at=ends_at)

    def _end(self, promise, spent):
        promise.is_open, promise.spent = False, spent
        self.held -= promise.amount
        self.spent += spent
        self.free += promise.amount - spent
        return promise

    @rule(target=spends, promise=promises, share=st.integers(0, 5))
    def settle(self, promise, share):
        if promise is None:
            return None
        held, hold_id = promise
        spent = held.amount * share // 4  # five quarters are too much

        def plain():
            self._refuse_unless(held.is_open and not held.is_over(self.now) and spent <= held.amount)
            return self._end(held, spent)

        to = self.account.beside(Purpose.BUDGET_SPENT)
        return self.both(plain, settle_hold, hold_id=hold_id, amount=spent, to=to)

    @rule(promise=promises, by=st.sampled_from([void_hold, expire_hold]))
    def release(self, promise, by):
        if promise is None:
            return
        held, hold_id = promise

        def plain():
            self._refuse_unless(held.is_open and (by is void_hold or held.is_over(self.now)))
            self._end(held, 0)

        self.both(plain, by, hold_id=hold_id)

    @rule(spend=spends, part=st.none() | amount)
    def take_back(self, spend, part):
        if spend is None:
            return
        settled, transaction_id = spend

        def plain():
            back = settled.spent if part is None else part
            self._refuse_unless(0 < back <= settled.spent)
            settled.spent -= back
            self.spent, self.free = self.spent - back, self.free + back

        self.both(plain, reverse_transaction, transaction_id=transaction_id, amount=part)

    @invariant()
    def same_budget(self):
        budget = get_budget(self.campaign)
        assert (budget.free, budget.held, budget.spent) == (self.free, self.held, self.spent)
        assert breaks_of_the_book() == []


@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_three_numbers():
    run_machine(BudgetMachine, 4, 12)


@pytest.mark.full
@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_three_numbers_at_length():
    run_machine(BudgetMachine, 100, 40)
