"""Lots: soonest end first, exact ends, refunds to the same lot, held units that never end."""

from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.ledger.accounts import POINTS, Purpose, of_brand
from qunying.ledger.actions.expire_hold import expire_hold
from qunying.ledger.actions.expire_lots import expire_lots
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.post import post
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.void_hold import void_hold
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import Entry, Line
from qunying.ledger.holds import HoldNotOpen
from qunying.ledger.lots import GRACE
from qunying.ledger.models import Lot, Transaction
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _left(member):
    lots = Lot.objects.filter(account__owner_id=member, remaining__gt=0).order_by("expires_at")
    return [(lot.expires_at - NOW if lot.expires_at else None, lot.remaining) for lot in lots]


def test_spends_take_the_soonest_end_first_and_the_endless_last():
    member = uuid4()
    give_points(member, 10)
    give_points(member, 10, expires_at=NOW + 9 * DAY)
    give_points(member, 10, expires_at=NOW + 2 * DAY)
    spend(member, 15)
    assert _left(member) == [(9 * DAY, 5), (None, 10)]
    spend(member, 8)
    assert _left(member) == [(None, 7)]


def test_a_lot_ends_at_its_instant_and_only_with_what_is_left():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    spend(member, 4)
    just_before = NOW + DAY - timedelta(microseconds=1)
    assert run(expire_lots, now=just_before) == []
    expired = run(expire_lots, now=NOW + DAY)
    assert [(lot.owner_id, lot.amount) for lot in expired] == [(member, 6)]
    assert get_balance(points_of(member)) == 0
    assert get_balance(of_brand(POINTS, Purpose.BREAKAGE)) == 6
    assert run(expire_lots, now=NOW + 2 * DAY) == []  # run again: nothing
    assert Transaction.objects.filter(kind="lot_expired").count() == 1


def test_units_of_an_ended_lot_cannot_be_spent_before_the_sweep():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    give_points(member, 3)
    with pytest.raises(InsufficientBalance):
        spend(member, 4, now=NOW + DAY)
    spend(member, 3, now=NOW + DAY)
    assert audit() == []


def test_held_units_never_end():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=7)
    assert [lot.amount for lot in run(expire_lots, now=NOW + 2 * DAY)] == [3]
    run(settle_hold, now=NOW + 3 * DAY, hold_id=hold, amount=7, to=of_brand(POINTS, Purpose.REDEEMED))
    assert get_balance(of_brand(POINTS, Purpose.REDEEMED)) == 7
    assert audit() == []


def test_units_that_come_back_to_an_ended_lot_get_days_of_grace():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=7)
    late = NOW + 2 * DAY
    run(void_hold, now=late, hold_id=hold)
    assert _left(member) == [(DAY, 3), (2 * DAY + GRACE, 7)]
    run(expire_lots, now=late)
    assert _left(member) == [(2 * DAY + GRACE, 7)]
    assert audit() == []


def test_setting_units_aside_again_and_again_does_not_keep_them():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    first = run(place_hold, account=points_of(member), amount=7)
    run(void_hold, now=NOW + DAY, hold_id=first)
    run(expire_lots, now=NOW + DAY)
    again = run(place_hold, now=NOW + 2 * DAY, account=points_of(member), amount=5)
    late = NOW + DAY + GRACE
    run(void_hold, now=late, hold_id=again)
    with pytest.raises(InsufficientBalance):
        spend(member, 1, now=late)
    assert sum(lot.amount for lot in run(expire_lots, now=late)) == 7
    assert _left(member) == []
    assert audit() == []


def test_a_refund_of_units_in_their_days_of_grace_gives_days_again():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=10)
    run(void_hold, now=NOW + DAY, hold_id=hold)
    spent = spend(member, 10, now=NOW + 2 * DAY)
    later = NOW + 30 * DAY
    run(reverse_transaction, now=later, transaction_id=spent)
    assert _left(member) == [(30 * DAY + GRACE, 10)]
    assert audit() == []


def test_a_refund_goes_back_to_the_lots_it_came_from_the_longest_lasting_first():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + 2 * DAY)
    give_points(member, 10, expires_at=NOW + 9 * DAY)
    spent = spend(member, 14)
    assert _left(member) == [(9 * DAY, 6)]
    run(reverse_transaction, transaction_id=spent, amount=2)
    assert _left(member) == [(9 * DAY, 8)]
    run(reverse_transaction, transaction_id=spent, amount=3)
    assert _left(member) == [(2 * DAY, 1), (9 * DAY, 10)]
    run(reverse_transaction, transaction_id=spent)
    assert _left(member) == [(2 * DAY, 10), (9 * DAY, 10)]


def test_what_a_partial_settlement_leaves_goes_back_to_its_lots():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + 2 * DAY)
    give_points(member, 10, expires_at=NOW + 9 * DAY)
    hold = run(place_hold, account=points_of(member), amount=14)
    settled = run(settle_hold, hold_id=hold, amount=3, to=of_brand(POINTS, Purpose.REDEEMED))
    assert _left(member) == [(2 * DAY, 7), (9 * DAY, 10)]
    run(reverse_transaction, transaction_id=settled)
    assert _left(member) == [(2 * DAY, 10), (9 * DAY, 10)]
    assert audit() == []


def test_the_instant_at_which_a_hold_ends_belongs_to_its_end():
    member = uuid4()
    give_points(member, 10)
    hold = run(place_hold, account=points_of(member), amount=7, expires_at=NOW + DAY)
    with pytest.raises(HoldNotOpen):
        run(expire_hold, now=NOW + DAY - timedelta(microseconds=1), hold_id=hold)
    with pytest.raises(HoldNotOpen):
        run(settle_hold, now=NOW + DAY, hold_id=hold, amount=7, to=of_brand(POINTS, Purpose.REDEEMED))
    run(expire_hold, now=NOW + DAY, hold_id=hold)
    for verb in (expire_hold, void_hold):  # what has ended has ended
        with pytest.raises(HoldNotOpen):
            run(verb, now=NOW + DAY, hold_id=hold)
    assert get_balance(points_of(member)) == 10


def test_the_instant_at_which_a_lot_ends_belongs_to_its_end():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=7)
    run(void_hold, now=NOW + DAY, hold_id=hold)
    assert _left(member) == [(DAY, 3), (DAY + GRACE, 7)]


def test_a_lot_that_was_swept_stays_empty_though_a_clock_goes_backwards():
    member = uuid4()
    give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=7)
    run(expire_lots, now=NOW + DAY)
    run(void_hold, now=NOW, hold_id=hold)
    assert _left(member) == [(GRACE, 7)]
    assert [lot.amount for lot in run(expire_lots, now=NOW + GRACE)] == [7]
    assert audit() == []


def test_of_lots_that_end_together_the_oldest_is_used_first_and_filled_last():
    member = uuid4()
    for second in (1, 0):  # the younger one is written first
        give_points(member, 10, expires_at=NOW + DAY, now=NOW + timedelta(seconds=second))
    spent = spend(member, 14, now=NOW + timedelta(minutes=1))
    lots = Lot.objects.filter(account__owner_id=member).order_by("created_at")
    assert list(lots.values_list("remaining", flat=True)) == [0, 6]
    run(reverse_transaction, transaction_id=spent, amount=5)
    assert list(lots.values_list("remaining", flat=True)) == [1, 10]


def test_what_expired_after_days_of_grace_or_elsewhere_is_no_debt():
    member, other = uuid4(), uuid4()
    given = give_points(member, 10, expires_at=NOW + DAY)
    hold = run(place_hold, account=points_of(member), amount=4)
    lot = Lot.objects.get()
    moved = (Line(points_of(member), -6), Line(points_of(other), 6, expires_at=NOW + DAY, lot_id=lot.id))
    run(post, entry=Entry(kind="moved", lines=moved))
    run(void_hold, now=NOW + DAY, hold_id=hold)
    run(expire_lots, now=NOW + DAY + GRACE)
    assert get_balance(of_brand(POINTS, Purpose.BREAKAGE)) == 10
    later = NOW + 30 * DAY
    run(reverse_transaction, now=later, transaction_id=given, amount=7)
    run(reverse_transaction, now=later, transaction_id=given)
    for owner in (member, other):
        assert get_balance(points_of(owner, Purpose.DEBT)) == get_balance(points_of(owner)) == 0
    assert get_balance(of_brand(POINTS, Purpose.BREAKAGE)) == 0
    assert audit() == []
