"""Merging two members and undoing it beside grants, spends, clawbacks and expiry, in any order: nothing is lost or doubled."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule

from qunying.kernel.actors import system
from qunying.ledger.accounts import POINTS, Purpose, of_brand
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.queries.list_lots import list_endings
from qunying.ledger.tests.make import points_of, run
from qunying.ledger.tests.plain_book import RefusedError
from qunying.ledger.tests.side_by_side import SideBySide, run_machine
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.tests.make import make_member
from qunying.rewards.actions.carry_balances_over import carry_balances_over
from qunying.rewards.actions.expire_points import expire_points
from qunying.rewards.actions.give_carried_back import give_carried_back
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.take_back_points import take_back_points

KEPT, MERGED = 0, 1
member = st.integers(0, 1)


class MergeMachine(SideBySide):
    """Two members who are one for a while; what is left to them in sum is what was given, less what was used."""

    grants = Bundle("grants")

    def __init__(self):
        super().__init__()
        self.members = [make_member().id for _ in range(2)]
        self.merge = None
        self.given = self.used = 0
        self.to_take_back = {}

    def _net(self, who):
        """What a member has, less what they owe."""
        own = self.members[who]
        return get_balance(points_of(own)) + get_balance(points_of(own, Purpose.DEBT))

    def _alive(self, who):
        return sum(each.amount for each in list_endings(points_of(self.members[who]), self.now))

    def _holder(self, who):
        return KEPT if self.merge else who

    def _follow(self):
        """What the reaction does after each movement while two are one."""
        if self.merge:
            run(carry_balances_over, now=self.now, member_id=self.members[KEPT])

    @rule(target=grants, who=member, units=st.integers(1, 60), days=st.none() | st.integers(0, 3))
    def grant(self, who, units, days):
        words = {"member_id": self.members[who], "amount": units, "reason": "order", "valid_days": days}
        _plain, granted = self.both(lambda: None, grant_points, **words)
        self._follow()
        self.given += units
        self.to_take_back[granted.grant_id] = units
        return granted.grant_id

    @rule(who=member, units=st.integers(1, 60))
    def spend(self, who, units):
        def plain():
            if self._alive(self._holder(who)) < units:
                raise RefusedError

        words = {"member_id": self.members[who], "amount": units, "reason": "gift"}
        if self.both(plain, spend_points, **words):
            self.used += units

    @rule(grant=grants, units=st.integers(1, 60))
    def take_back(self, grant, units):
        def plain():
            if self.to_take_back[grant] < units:
                raise RefusedError

        if self.both(plain, take_back_points, grant_id=grant, amount=units):
            self._follow()
            self.to_take_back[grant] -= units
            self.given -= units

    @rule()
    def expire(self):
        self.both(lambda: None, expire_points)

    @rule()
    def become_one(self):
        if self.merge:
            return
        self.now += timedelta(seconds=1)
        kept, merged = self.members
        had, owed = self._alive(MERGED), -get_balance(points_of(merged, Purpose.DEBT))
        before = self._net(KEPT)
        self.merge = run(merge_members, kept_id=kept, merged_id=merged, now=self.now, actor=system("test"))
        carried = run(carry_balances_over, now=self.now, member_id=kept)
        assert (carried.points, carried.debt) == (had, owed)
        assert self._net(KEPT) == before + had - owed
        assert self._alive(MERGED) == 0

    @rule()
    def become_two(self):
        if not self.merge:
            return
        self.now += timedelta(seconds=1)
        kept, merged = self.members
        before, expired = self._net(KEPT) + self._net(MERGED), self._expired()
        run(undo_merge, now=self.now, merge_id=self.merge.merge_id)
        run(give_carried_back, now=self.now, kept_id=kept, merged_id=merged)
        self.merge = None
        assert self._net(KEPT) + self._net(MERGED) + self._expired() == before + expired

    def _expired(self):
        return get_balance(of_brand(POINTS, Purpose.BREAKAGE))

    @invariant()
    def nothing_is_lost_or_doubled(self):
        assert self._net(KEPT) + self._net(MERGED) == self.given - self.used - self._expired()
        if self.merge:
            assert self._alive(MERGED) == 0
            assert get_balance(points_of(self.members[MERGED], Purpose.DEBT)) == 0
        assert audit() == []


@pytest.mark.django_db
def test_any_order_of_verbs_keeps_every_point_once():
    run_machine(MergeMachine, 4, 12)


@pytest.mark.full
@pytest.mark.django_db
def test_any_order_of_verbs_keeps_every_point_once_at_length():
    run_machine(MergeMachine, 100, 40)
