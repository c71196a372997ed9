"""Stock: serials without a gap, units that come back go out first, nothing is lost in any order of verbs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qunying.ledger.actions.close_pool import close_pool
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.ledger.entries import AmountOutOfRange
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.list_pools import list_levels
from qunying.ledger.stock import PoolClosed, SoldOut, UnitNotOut, UnknownPool, put_back
from qunying.ledger.tests.make import NOW, run
from qunying.ledger.tests.side_by_side import breaks_of_the_book

pytestmark = pytest.mark.django_db


def _pool(total, **bounds):
    return run(create_pool, kind="test", total=total, rules_hash="", **bounds)


def test_serials_run_from_one_until_nothing_is_left():
    pool = _pool(3)
    assert [run(take_serial, pool_id=pool) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(SoldOut):
        run(take_serial, pool_id=pool)


def test_units_that_came_back_go_out_first_the_oldest_first():
    pool = _pool(5)
    for _ in range(4):
        run(take_serial, pool_id=pool)
    run(return_serial, pool_id=pool, serial=3)
    run(return_serial, pool_id=pool, serial=1)
    assert [run(take_serial, pool_id=pool) for _ in range(3)] == [3, 1, 5]


def test_a_unit_comes_back_once_and_only_when_it_is_out():
    pool = _pool(5)
    run(take_serial, pool_id=pool)
    run(return_serial, pool_id=pool, serial=1)
    for serial in (1, 2, 0, -1):
        with pytest.raises(UnitNotOut):
            run(return_serial, pool_id=pool, serial=serial)


def test_several_units_come_back_together_each_once():
    pool = _pool(5)
    run(take_serials, requests=[UnitRequest(pool, 3)])
    with pytest.raises(UnitNotOut):
        put_back(pool, [1, 2, 1], NOW)
    put_back(pool, [1, 2], NOW)
    assert list_levels([pool])[pool].returned == 2


def test_lines_for_the_same_stock_are_added_up_before_they_are_checked():
    pool, other = _pool(3), _pool(9)
    bundle = [UnitRequest(pool, 2), UnitRequest(other, 1), UnitRequest(pool, 2)]
    with pytest.raises(SoldOut, match=r"3\D+4"):
        run(take_serials, requests=bundle)
    assert list_levels([other])[other].issued == 0  # all or none
    for count in (0, -1):
        with pytest.raises(AmountOutOfRange):
            run(take_serials, requests=[UnitRequest(pool, 1), UnitRequest(other, count)])
    taken = run(take_serials, requests=[UnitRequest(pool, 2), UnitRequest(pool, 1)])
    assert [(units.pool_id, units.serials) for units in taken] == [(pool, [1, 2, 3])]


def test_closed_and_out_of_hours():
    pool = _pool(3, opens_at=NOW, closes_at=NOW + timedelta(hours=1))
    for instant in (NOW - timedelta(seconds=1), NOW + timedelta(hours=1)):
        with pytest.raises(PoolClosed):
            run(take_serial, pool_id=pool, now=instant)
    run(take_serial, pool_id=pool)
    run(return_serial, pool_id=pool, serial=1)
    assert run(take_serial, pool_id=pool) == 1
    run(close_pool, pool_id=pool)
    with pytest.raises(PoolClosed):
        run(take_serial, pool_id=pool)
    with pytest.raises(PoolClosed):
        run(close_pool, pool_id=pool)
    run(return_serial, pool_id=pool, serial=1)  # units may still come back
    with pytest.raises(UnknownPool):
        run(take_serial, pool_id=uuid4())


@pytest.mark.parametrize("total", [0, -1, 10**12])
def test_a_pool_has_a_sensible_total(total):
    with pytest.raises(AmountOutOfRange):
        _pool(total)


class StockMachine(RuleBasedStateMachine):
    """Claims of one and of several, returns, in any order: free + out = total, no unit twice."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint_create()
        self.total = 7
        self.pool = _pool(self.total)
        self.out: set[int] = set()
        self.waiting: list[int] = []
        self.ever = 0

    def teardown(self) -> None:
        try:
            assert audit() == []
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def _expected(self, count):
        back, self.waiting = self.waiting[:count], self.waiting[count:]
        fresh = list(range(self.ever + 1, self.ever + 1 + count - len(back)))
        self.ever += len(fresh)
        return back + fresh

    @rule(count=st.integers(1, 4))
    def take_several(self, count):
        if count > self.total - len(self.out):
            with pytest.raises(SoldOut):
                run(take_serials, requests=[UnitRequest(self.pool, count)])
            return
        (taken,) = run(take_serials, requests=[UnitRequest(self.pool, 1)] * count)
        assert taken.serials == self._expected(count)
        self.out |= set(taken.serials)

    @rule()
    def take(self):
        if len(self.out) == self.total:
            with pytest.raises(SoldOut):
                run(take_serial, pool_id=self.pool)
            return
        serial = run(take_serial, pool_id=self.pool)
        assert [serial] == self._expected(1)
        self.out.add(serial)

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def bring_back(self, data):
        serial = data.draw(st.sampled_from(sorted(self.out)))
        run(return_serial, pool_id=self.pool, serial=serial)
        self.out.remove(serial)
        self.waiting.append(serial)

    @invariant()
    def nothing_is_lost(self):
        level = list_levels([self.pool])[self.pool]
        assert level.left + len(self.out) == self.total
        assert (level.issued, level.returned) == (self.ever, len(self.waiting))
        assert len(self.out) + len(self.waiting) == self.ever  # every serial is somewhere
        assert breaks_of_the_book() == []


def _run(examples: int, steps: int) -> None:
    lax = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(StockMachine, settings=lax)


def test_no_unit_is_lost_in_any_order():
    _run(8, 20)


@pytest.mark.full
def test_no_unit_is_lost_in_any_order_at_length():
    _run(200, 50)
