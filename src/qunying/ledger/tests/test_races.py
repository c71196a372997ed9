"""Races for the same value. Each has a twin without its guard, which must go wrong."""

from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_campaign
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.expire_hold import expire_hold
from qunying.ledger.actions.expire_lots import expire_lots
from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.ledger.actions.void_hold import void_hold
from qunying.ledger.models import Block, Hold, ReturnedUnit
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend

pytestmark = pytest.mark.django_db(transaction=True)


def _race_for_budget():
    """64 at once for a budget that holds for ten."""
    campaign = uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    account = of_campaign(campaign, "CNY")
    outcomes = race(lambda _n: run(place_hold, account=account, amount=100), 64)
    return outcomes, get_balance(account)


def test_funds_for_ten_serve_exactly_ten():
    outcomes, left = _race_for_budget()
    assert outcomes == {"done": 10, "budget_exhausted": 54}
    assert left == 0
    assert audit() == []


def test_funds_for_ten_serve_more_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.balance_guard", "ledger.balance_checked")
    outcomes, _left = _race_for_budget()
    assert outcomes["done"] > 10
    assert audit() != []


def _race_for_points():
    """64 at once for points that are enough for ten."""
    member = uuid4()
    for _ in range(4):
        give_points(member, 25)
    return race(lambda _n: spend(member, 10), 64)


def test_points_for_ten_are_spent_ten_times():
    assert _race_for_points() == {"done": 10, "insufficient_balance": 54}
    assert audit() == []


def test_points_go_wrong_without_the_guard(monkeypatch):
    """The lots, the second line of defence, let no more than ten through; the balance is wrong all the same."""
    switch_off(monkeypatch, "ledger.balance_guard", "ledger.balance_checked")
    _race_for_points()
    assert audit() != []


def test_expiry_beside_spends_keeps_every_unit_once():
    member = uuid4()
    end = NOW + timedelta(days=1)
    for _ in range(20):
        give_points(member, 10, expires_at=end)
    instant = end - timedelta(microseconds=1)

    def either(number: int) -> None:
        if number % 4 == 0:
            run(expire_lots, now=end, limit=3)
        else:
            spend(member, 7, now=instant)

    race(either, 48)
    run(expire_lots, now=end)
    gone = get_balance(of_brand(POINTS, Purpose.REDEEMED)) + get_balance(of_brand(POINTS, Purpose.BREAKAGE))
    assert gone == 200
    assert get_balance(points_of(member)) == 0
    assert audit() == []


def _race_for_hold():
    """Fifty at once settle, void or lapse one hold, beside another whose units could go by mistake."""
    campaign = uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=300)
    account = of_campaign(campaign, "CNY")
    run(place_hold, account=account, amount=100)
    hold = run(place_hold, account=account, amount=100, expires_at=NOW)
    spent = of_campaign(campaign, "CNY", Purpose.BUDGET_SPENT)

    def resolve(number: int) -> None:
        if number % 2:
            run(void_hold, hold_id=hold)
        elif number % 4:
            run(expire_hold, hold_id=hold)
        else:
            run(settle_hold, hold_id=hold, amount=50, to=spent)

    outcomes = race(resolve, 50)
    return outcomes, Hold.objects.get(pk=hold)


def test_a_hold_ends_once():
    outcomes, hold = _race_for_hold()
    assert outcomes == {"done": 1, "hold_not_open": 49}
    assert hold.state in {"voided", "expired"}  # its time is over, so nobody may settle it
    assert audit() == []


def test_a_hold_ends_twice_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.hold_guard", "ledger.hold_checked")
    outcomes, _hold = _race_for_hold()
    assert outcomes["done"] > 1
    assert audit() != []


def _race_for_refund():
    """32 at once take a tenth of one spend back, beside another whose units could go by mistake."""
    member = uuid4()
    give_points(member, 1_000)
    spent = spend(member, 100)
    spend(member, 900)
    outcomes = race(lambda _n: run(reverse_transaction, transaction_id=spent, amount=10), 32)
    return outcomes, get_balance(points_of(member))


def test_refunds_never_exceed_the_original():
    outcomes, back = _race_for_refund()
    assert outcomes == {"done": 10, "reversed_too_much": 22}
    assert back == 100
    assert audit() == []


def test_refunds_exceed_the_original_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.reversal_guard", "ledger.reversal_checked")
    outcomes, _back = _race_for_refund()
    # The last line of defence, the table's own CHECK, stops what the missing guard let through.
    assert outcomes["reversed_too_much"] < 22
    assert outcomes["done"] > 10 or outcomes["crashed: IntegrityError"] > 0


def test_the_same_command_at_once_has_one_effect():
    member = uuid4()
    give_points(member, 100)
    from qunying.ledger.actions.post import post
    from qunying.ledger.entries import Entry, Line

    lines = (Line(points_of(member), -10), Line(of_brand(POINTS, Purpose.REDEEMED), 10))
    entry = Entry(kind="points_spent", lines=lines)
    outcomes = race(lambda _n: run(post, entry=entry, command_id="one"), 20)
    assert outcomes == {"done": 20}
    assert get_balance(points_of(member)) == 90


def test_blocks_that_are_sealed_at_once_follow_each_other():
    for _ in range(3):
        give_points(uuid4(), 1)
    assert race(lambda _n: run(seal_block), 8) == {"done": 8}
    assert Block.objects.count() == 1
    assert audit() == []


def test_credits_at_once_repay_a_debt_once():
    member = uuid4()
    given = give_points(member, 30)
    spend(member, 30)
    run(reverse_transaction, transaction_id=given)  # thirty are owed
    assert race(lambda _n: give_points(member, 10), 16) == {"done": 16}
    assert get_balance(points_of(member, Purpose.DEBT)) == 0
    assert get_balance(points_of(member)) == 130
    assert audit() == []


def test_a_unit_that_came_back_goes_out_once():
    pool = run(create_pool, kind="test", total=12, rules_hash="")
    run(take_serials, requests=[UnitRequest(pool, 12)])
    back = race(lambda number: run(return_serial, pool_id=pool, serial=1 + number % 12), 24)
    assert back == {"done": 12, "unit_not_out": 12}
    assert audit() == []
    assert race(lambda _n: run(take_serial, pool_id=pool), 24) == {"done": 12, "sold_out": 12}
    assert not ReturnedUnit.objects.exists()
    assert audit() == []
