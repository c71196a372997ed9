"""Taking back: never more than was moved, never a silent negative, a debt that later credits repay."""

from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_campaign, of_member
from qunying.ledger.actions.expire_lots import expire_lots
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.post import post
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.void_hold import void_hold
from qunying.ledger.entries import Entry, Line, NewHold
from qunying.ledger.models import Hold, Transaction
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reversal import NotReversible, PartNotReversible, ReversedTooMuch, UnknownTransaction
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend

pytestmark = pytest.mark.django_db


def _debt(member):
    return get_balance(points_of(member, Purpose.DEBT))


def test_parts_add_up_to_the_original_and_no_further():
    member = uuid4()
    given = give_points(member, 10)
    assert run(reverse_transaction, transaction_id=given, amount=4).amount == 4
    with pytest.raises(ReversedTooMuch, match="6"):
        run(reverse_transaction, transaction_id=given, amount=7)
    assert run(reverse_transaction, transaction_id=given).amount == 6
    with pytest.raises(ReversedTooMuch):
        run(reverse_transaction, transaction_id=given)
    with pytest.raises(ReversedTooMuch):
        run(reverse_transaction, transaction_id=given, amount=0)
    assert get_balance(points_of(member)) == 0
    assert audit() == []


def test_what_was_spent_becomes_a_debt_that_later_credits_repay():
    member = uuid4()
    given = give_points(member, 100)
    spent = spend(member, 80)
    taken = run(reverse_transaction, transaction_id=given)
    assert (taken.amount, taken.debt) == (100, 80)
    assert (get_balance(points_of(member)), _debt(member)) == (0, -80)
    give_points(member, 50)
    assert (get_balance(points_of(member)), _debt(member)) == (0, -30)
    run(reverse_transaction, transaction_id=spent)  # the spend is undone: its units repay first
    assert (get_balance(points_of(member)), _debt(member)) == (50, 0)
    assert audit() == []


def test_credits_of_one_batch_repay_a_debt_one_after_the_other():
    member = uuid4()
    given = give_points(member, 30)
    spend(member, 30)
    run(reverse_transaction, transaction_id=given)
    lines = (Line(of_brand(POINTS, Purpose.ISSUANCE), -20), Line(points_of(member), 20))
    run(post_entries, entries=[Entry(kind="points_granted", part=part, lines=lines) for part in "ab"])
    assert (get_balance(points_of(member)), _debt(member)) == (10, 0)
    assert audit() == []


def test_what_expired_is_taken_from_breakage_and_is_no_debt():
    member = uuid4()
    given = give_points(member, 10, expires_at=NOW + timedelta(days=1))
    spend(member, 3)
    run(expire_lots, now=NOW + timedelta(days=2))
    late = NOW + timedelta(days=3)
    assert run(reverse_transaction, now=late, transaction_id=given, amount=5).debt == 0
    assert run(reverse_transaction, now=late, transaction_id=given).debt == 3
    assert get_balance(of_brand(POINTS, Purpose.BREAKAGE)) == 0
    assert audit() == []


def test_what_has_ended_is_not_taken_for_something_else():
    member = uuid4()
    spent = give_points(member, 10)
    spend(member, 10)
    give_points(member, 10, expires_at=NOW + timedelta(days=1))
    taken = run(reverse_transaction, now=NOW + timedelta(days=1), transaction_id=spent)
    assert (taken.debt, get_balance(points_of(member))) == (10, 10)  # the sweep has not come by yet
    assert audit() == []


def test_units_in_a_hold_are_owed_until_the_hold_ends():
    member = uuid4()
    given = give_points(member, 10)
    hold = run(place_hold, account=points_of(member), amount=10)
    assert run(reverse_transaction, transaction_id=given).debt == 10
    run(void_hold, hold_id=hold)
    assert (get_balance(points_of(member)), _debt(member)) == (0, 0)
    assert audit() == []


def test_a_reversal_names_its_original_and_is_not_reversed_itself():
    given = give_points(uuid4(), 10)
    taken = run(reverse_transaction, transaction_id=given, reason="order returned")
    reversal = Transaction.objects.get(pk=taken.transaction_id)
    assert (reversal.reverses_id, reversal.kind, reversal.reason) == (given, "reversed", "order returned")
    with pytest.raises(NotReversible):
        run(reverse_transaction, transaction_id=taken.transaction_id)


def test_a_hold_is_released_rather_than_reversed():
    member = uuid4()
    give_points(member, 10)
    hold = run(place_hold, account=points_of(member), amount=5)
    with pytest.raises(NotReversible):
        run(reverse_transaction, transaction_id=Hold.objects.get(pk=hold).placed_by_id)
    run(void_hold, hold_id=hold)
    with pytest.raises(NotReversible):
        run(reverse_transaction, transaction_id=Hold.objects.get(pk=hold).resolved_by_id)
    paid = Entry(
        kind="gift",
        lines=(Line(of_brand("stamp", Purpose.ISSUANCE), -1), Line(of_member(member, "stamp"), 1)),
        holds=(NewHold(uuid4(), points_of(member), 5),),
    )
    with pytest.raises(NotReversible):
        run(reverse_transaction, transaction_id=run(post, entry=paid))
    with pytest.raises(UnknownTransaction):
        run(reverse_transaction, transaction_id=uuid4())


def test_only_a_movement_between_two_accounts_is_taken_back_in_part():
    one, two = uuid4(), uuid4()
    lines = (Line(of_brand(POINTS, Purpose.ISSUANCE), -10), Line(points_of(one), 4), Line(points_of(two), 6))
    shared = run(post, entry=Entry(kind="points_granted", lines=lines))
    with pytest.raises(PartNotReversible):
        run(reverse_transaction, transaction_id=shared, amount=3)
    run(reverse_transaction, transaction_id=shared)
    assert audit() == []


def test_a_settled_budget_hold_goes_back_to_the_free_budget():
    from qunying.ledger.actions.open_budget import open_budget

    campaign = uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    hold = run(place_hold, account=of_campaign(campaign, "CNY"), amount=500)
    spent = of_campaign(campaign, "CNY", Purpose.BUDGET_SPENT)
    settled = run(settle_hold, hold_id=hold, amount=300, to=spent)
    run(reverse_transaction, transaction_id=settled, amount=100)
    assert (get_balance(of_campaign(campaign, "CNY")), get_balance(spent)) == (800, 200)
    run(reverse_transaction, transaction_id=settled)
    assert (get_balance(of_campaign(campaign, "CNY")), get_balance(spent)) == (1_000, 0)
    assert audit() == []


def test_a_credit_that_repaid_a_debt_can_be_taken_back_in_parts():
    member = uuid4()
    given = give_points(member, 30)
    spend(member, 30)
    run(reverse_transaction, transaction_id=given)
    later = give_points(member, 100)
    assert (get_balance(points_of(member)), _debt(member)) == (70, 0)
    run(reverse_transaction, transaction_id=later, amount=60)
    assert (get_balance(points_of(member)), _debt(member)) == (10, 0)
    run(reverse_transaction, transaction_id=later, amount=25)
    assert (get_balance(points_of(member)), _debt(member)) == (0, -15)
    run(reverse_transaction, transaction_id=later)
    assert (get_balance(points_of(member)), _debt(member)) == (0, -30)
    assert audit() == []
