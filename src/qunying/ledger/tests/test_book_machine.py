"""The book against dictionaries: any order of verbs, the same balances, lots and refusals, a clean audit."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
)

from qunying.kernel.actors import system
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import POINTS, Purpose, of_brand
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.actions.approve_adjustment import approve_adjustment
from qunying.ledger.actions.expire_hold import expire_hold
from qunying.ledger.actions.expire_lots import expire_lots
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.reject_adjustment import reject_adjustment
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.void_hold import void_hold
from qunying.ledger.adjusting import UNIT_CEILING
from qunying.ledger.models import Account, Adjustment, Lot
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend
from qunying.ledger.tests.plain_book import PlainAdjustment, PlainBook, RefusedError
from qunying.ledger.tests.side_by_side import breaks_of_the_book, run_machine

MEMBERS = 2
PURPOSES: dict[str, str] = {
    Purpose.AVAILABLE: "available",
    Purpose.HELD: "held",
    Purpose.DEBT: "debt",
    Purpose.ISSUANCE: "issuance",
    Purpose.REDEEMED: "redeemed",
    Purpose.BREAKAGE: "breakage",
}
member = st.integers(0, MEMBERS - 1)
amount = st.integers(1, 60)
days = st.none() | st.integers(1, 20)
PEOPLE = [system("anna"), system("ben")]
person = st.integers(0, 1)


class BookMachine(RuleBasedStateMachine):
    """Grants, spends, holds, corrections, reversals and time, in any order."""

    transactions = Bundle("transactions")
    holds = Bundle("holds")
    corrections = Bundle("corrections")

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint_create()
        self.plain = PlainBook()
        self.members = [uuid4() for _ in range(MEMBERS)]
        self.now = NOW

    def teardown(self) -> None:
        try:
            assert audit() == []
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def _both(self, real, plain):
        """Let both do it; both must agree on whether it may be done."""
        self.now += timedelta(seconds=1)
        try:
            expected = plain()
        except RefusedError:
            with pytest.raises(Problem):
                real()
            return None
        return (real(), expected)

    def _ends(self, number):
        return None if number is None else self.now + timedelta(days=number)

    @rule(target=transactions, who=member, units=amount, ends=days)
    def grant(self, who, units, ends):
        self.now += timedelta(seconds=1)
        ends_at = self._ends(ends)
        real = give_points(self.members[who], units, expires_at=ends_at, now=self.now)
        return (real, self.plain.grant(who, units, ends_at, self.now))

    @rule(target=transactions, who=member, units=amount)
    def spend(self, who, units):
        return self._both(
            lambda: spend(self.members[who], units, now=self.now),
            lambda: self.plain.spend(who, units, self.now),
        )

    @rule(target=holds, who=member, units=amount, ends=days)
    def hold(self, who, units, ends):
        self.now += timedelta(seconds=1)
        ends_at = self._ends(ends)
        return self._both(
            lambda: run(
                place_hold,
                now=self.now,
                account=points_of(self.members[who]),
                amount=units,
                expires_at=ends_at,
            ),
            lambda: self.plain.hold(who, units, ends_at, self.now),
        )

    @rule(target=transactions, hold=consumes(holds), share=st.integers(0, 4))
    def settle(self, hold, share):
        if hold is None:
            return None
        real, plain = hold
        units = plain.amount * share // 4
        to = of_brand(POINTS, Purpose.REDEEMED)
        return self._both(
            lambda: run(settle_hold, now=self.now, hold_id=real, amount=units, to=to),
            lambda: self.plain.settle(plain, units, self.now),
        )

    @rule(hold=holds)
    def void(self, hold):
        if hold is not None:
            self._both(
                lambda: run(void_hold, now=self.now, hold_id=hold[0]),
                lambda: self.plain.release(hold[1], "voided", self.now),
            )

    @rule(hold=holds)
    def lapse(self, hold):
        if hold is not None:
            self._both(
                lambda: run(expire_hold, now=self.now, hold_id=hold[0]),
                lambda: self.plain.release(hold[1], "expired", self.now),
            )

    @rule(target=transactions, original=transactions, part=st.none() | amount)
    def reverse(self, original, part):
        if original is None:
            return None
        both = self._both(
            lambda: run(reverse_transaction, now=self.now, transaction_id=original[0], amount=part),
            lambda: self.plain.reverse(original[1], part, self.now),
        )
        return None if both is None else (both[0].transaction_id, both[1])

    def _correct(self, by, who, units):
        words = {"reason": "wrong import", "evidence": "ticket 12"}
        account = points_of(self.members[who])
        return run(adjust_balance, now=self.now, actor=PEOPLE[by], account=account, amount=units, **words)

    @rule(target=transactions, by=person, who=member, units=amount, sign=st.sampled_from([1, -1]))
    def correct(self, by, who, units, sign):
        both = self._both(
            lambda: self._correct(by, who, sign * units).adjustment_id,
            lambda: self.plain.correct(who, sign * units, self.now),
        )
        return both and (Adjustment.objects.get(pk=both[0]).transaction_id, both[1])

    @rule(target=corrections, by=person, who=member, sign=st.sampled_from([1, -1]))
    def propose(self, by, who, sign):
        self.now += timedelta(seconds=1)
        units = sign * (UNIT_CEILING + 1)
        adjusted = self._correct(by, who, units)
        assert not adjusted.posted
        return (adjusted.adjustment_id, PlainAdjustment(by, who, units, self.now))

    @rule(target=transactions, correction=corrections, by=person)
    def approve(self, correction, by):
        real, plain = correction
        return self._both(
            lambda: run(approve_adjustment, now=self.now, actor=PEOPLE[by], adjustment_id=real),
            lambda: self.plain.approve(plain, by, self.now),
        )

    @rule(correction=corrections, by=person)
    def reject(self, correction, by):
        real, plain = correction
        self._both(
            lambda: run(reject_adjustment, now=self.now, actor=PEOPLE[by], adjustment_id=real),
            lambda: self.plain.reject(plain, self.now),
        )

    @rule()
    def expire(self):
        self.now += timedelta(seconds=1)
        assert len(run(expire_lots, now=self.now)) == self.plain.expire_lots(self.now)

    @rule(hours=st.integers(1, 24 * 12))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def seal(self):
        run(seal_block, now=self.now)

    @invariant()
    def same_balances(self):
        owners = dict(zip(self.members, range(MEMBERS), strict=True))
        accounts = Account.objects.exclude(balance=0).values_list("owner_id", "purpose", "balance")
        real = {(owners.get(owner, "brand"), PURPOSES[use]): balance for owner, use, balance in accounts}
        assert real == {key: balance for key, balance in self.plain.balances.items() if balance}

    @invariant()
    def same_lots(self):
        for who, member_id in enumerate(self.members):
            real = Lot.objects.filter(account__owner_id=member_id, remaining__gt=0)
            plain = [
                (lot.created_at, lot.remaining)
                for lot in self.plain.lots
                if lot.member == who and lot.remaining
            ]
            assert sorted(real.values_list("created_at", "remaining")) == sorted(plain)

    @invariant()
    def book_is_sound(self):
        assert breaks_of_the_book() == []


@pytest.mark.django_db
def test_any_order_of_verbs_agrees_with_dictionaries():
    run_machine(BookMachine, 10, 25)


@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.parametrize("half", ["one", "other"])  # which two processes share
def test_any_order_of_verbs_agrees_with_dictionaries_at_length(half):
    run_machine(BookMachine, 100, 50)
