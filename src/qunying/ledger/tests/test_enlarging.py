"""More stock after the opening: asked for by one person, added by another, once."""

from datetime import timedelta

import pytest

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.kernel.actors import Actor
from qunying.kernel.tests.racing import race
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.actions.close_pool import close_pool
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.propose_units import propose_units
from qunying.ledger.actions.reject_units import reject_units
from qunying.ledger.entries import AmountOutOfRange
from qunying.ledger.proposals import WAITING_TIME, ReasonMissing, SecondPersonNeeded, UnitsNotWaiting
from qunying.ledger.queries.list_pools import list_levels
from qunying.ledger.stock import PoolClosed
from qunying.ledger.tests.make import NOW, run

ANNA = Actor("staff", "anna", frozenset({"ledger.*"}))
BEN = Actor("staff", "ben", frozenset({"ledger.*"}))


def make_pool():
    return run(create_pool, kind="coupon", total=3, rules_hash="0" * 64)


def ask(pool_id, units=2, *, actor=ANNA, reason="more came"):
    return run(propose_units, actor=actor, pool_id=pool_id, units=units, name="Mugs", reason=reason)


def total(pool_id):
    return list_levels([pool_id])[pool_id].total


@pytest.mark.django_db
def test_units_come_with_the_second_person_only():
    pool_id = make_pool()
    for wrong, problem in (({"units": 0}, AmountOutOfRange), ({"reason": " "}, ReasonMissing)):
        with pytest.raises(problem):
            ask(pool_id, **wrong)
    asked = ask(pool_id)
    with pytest.raises(SecondPersonNeeded):
        run(approve_units, actor=ANNA, enlargement_id=asked)
    assert total(pool_id) == 3
    assert run(approve_units, actor=BEN, enlargement_id=asked) == 5
    for verb in (approve_units, reject_units):
        with pytest.raises(UnitsNotWaiting):
            run(verb, actor=BEN, enlargement_id=asked)
    late = ask(pool_id)
    with pytest.raises(UnitsNotWaiting):
        run(approve_units, actor=BEN, enlargement_id=late, now=NOW + WAITING_TIME)
    run(reject_units, actor=ANNA, enlargement_id=late, now=NOW + timedelta(days=1))
    waiting = ask(pool_id)
    run(close_pool, pool_id=pool_id)
    with pytest.raises(PoolClosed):
        run(approve_units, actor=BEN, enlargement_id=waiting)
    assert total(pool_id) == 5


@pytest.mark.django_db
def test_nobody_is_two_people_by_using_a_key():
    person = make_staff(Role.OWNER)
    made, _secret = make_key(
        command_id="k", actor=person.actor, now=NOW, name="shop", scopes=["ledger.approve_units"]
    )
    program = Actor("key", str(made.key_id), frozenset({"ledger.approve_units"}))
    with pytest.raises(SecondPersonNeeded):
        run(approve_units, actor=program, enlargement_id=ask(make_pool(), actor=person.actor))


@pytest.mark.django_db(transaction=True)
def test_many_who_approve_at_once_add_once():
    pool_id = make_pool()
    asked = ask(pool_id)
    assert race(lambda _n: run(approve_units, actor=BEN, enlargement_id=asked), 6)["done"] == 1
    assert total(pool_id) == 5
