"""The door of the book: what it lets in, what it refuses, and that a refusal leaves nothing behind."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from qunying.kernel.models import Command
from qunying.ledger.accounts import POINTS, Purpose, money_asset, of_brand, of_campaign, of_member
from qunying.ledger.actions.close_budget import close_budget
from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.post import post
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.balances import BudgetExhausted, InsufficientBalance
from qunying.ledger.book import AlreadyPosted, write
from qunying.ledger.entries import (
    AmountOutOfRange,
    Entry,
    Line,
    ReasonNotFit,
    TooManyLines,
    UnbalancedEntry,
)
from qunying.ledger.models import Account, Block, Posting, Transaction
from qunying.ledger.queries.get_balance import get_balance, list_balances
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.tests.make import ACTOR, NOW, give_points, points_of, run, spend

pytestmark = pytest.mark.django_db


def _grant(member_id, *amounts, reason=""):
    lines = [Line(of_brand(POINTS, Purpose.ISSUANCE), -sum(amounts))]
    lines += [Line(points_of(member_id), amount) for amount in amounts]
    return Entry(kind="points_granted", lines=tuple(lines), reason=reason)


def test_lines_of_each_asset_must_sum_to_zero_on_their_own():
    member = uuid4()
    crossed = Entry(
        kind="crossed",
        lines=(Line(of_brand(POINTS, Purpose.ISSUANCE), -5), Line(of_member(member, "growth"), 5)),
    )
    with pytest.raises(UnbalancedEntry, match="points"):
        run(post, entry=crossed)
    assert Transaction.objects.count() == 0


@pytest.mark.parametrize("amount", [0, 10**11, -(10**11)])
def test_amounts_out_of_range_are_refused(amount):
    lines = (Line(of_brand(POINTS, Purpose.ISSUANCE), -amount), Line(points_of(uuid4()), amount))
    with pytest.raises(AmountOutOfRange):
        run(post, entry=Entry(kind="points_granted", lines=lines))


def test_an_entry_has_at_most_64_lines_and_a_batch_500_entries():
    with pytest.raises(TooManyLines, match="64"):
        run(post, entry=_grant(uuid4(), *[1] * 64))
    with pytest.raises(TooManyLines, match="500"):
        run(post_entries, entries=[_grant(uuid4(), 1)] * 501)


@pytest.mark.parametrize(
    "reason", ["call 13812345678", "write to a@b.cn", "+44 7700 900123", "x" * 501, "a\0b"]
)
def test_reasons_hold_no_contact_of_a_person(reason):
    with pytest.raises(ReasonNotFit):
        run(post, entry=_grant(uuid4(), 5, reason=reason))


def test_order_numbers_are_fine_in_a_reason():
    run(post, entry=_grant(uuid4(), 5, reason="order 1234567890123456789 cancelled"))


def test_a_refusal_leaves_nothing_and_is_repeated_for_the_same_command():
    member = uuid4()
    give_points(member, 10)
    before = (Transaction.objects.count(), Posting.objects.count(), Account.objects.count())
    lines = (Line(points_of(member), -11), Line(of_brand(POINTS, Purpose.REDEEMED), 11))
    entry = Entry(kind="points_spent", lines=lines)
    with pytest.raises(InsufficientBalance) as refused:
        run(post, entry=entry, command_id="c-1")
    assert refused.value.fields == {"balance": 10, "wanted": 11, "asset": POINTS}
    assert (Transaction.objects.count(), Posting.objects.count(), Account.objects.count()) == before
    give_points(member, 10)
    with pytest.raises(InsufficientBalance):  # the stored answer; a new try needs a new command
        run(post, entry=entry, command_id="c-1")
    run(post, entry=entry, command_id="c-2")
    assert get_balance(points_of(member)) == 9


def test_the_same_command_posts_once():
    member = uuid4()
    entry = _grant(member, 10)
    assert run(post, entry=entry, command_id="c-1") == run(post, entry=entry, command_id="c-1")
    assert get_balance(points_of(member)) == 10
    assert Command.objects.filter(command_id="c-1").count() == 1


def test_an_entry_with_an_id_of_its_own_happens_once_whatever_the_command():
    member, key = uuid4(), uuid4()
    lines = _grant(member, 10).lines
    run(post, entry=Entry(kind="points_granted", lines=lines, id=key))
    with pytest.raises(AlreadyPosted):
        run(post, entry=Entry(kind="points_granted", lines=lines, id=key))
    assert get_balance(points_of(member)) == 10


def test_a_batch_is_all_or_none():
    rich, poor = uuid4(), uuid4()
    give_points(rich, 10)
    entries = [
        Entry(
            kind="points_spent",
            part=str(member),
            lines=(Line(points_of(member), -5), Line(of_brand(POINTS, Purpose.REDEEMED), 5)),
        )
        for member in (rich, poor)
    ]
    with pytest.raises(InsufficientBalance):
        run(post_entries, entries=entries)
    assert get_balance(points_of(rich)) == 10


def test_several_lines_of_one_account_add_up():
    member = uuid4()
    run(post, entry=_grant(member, 4, 6))
    assert get_balance(points_of(member)) == 10


def test_what_one_entry_gives_the_next_of_its_batch_may_take():
    member = uuid4()
    lines = (Line(points_of(member), -10), Line(of_brand(POINTS, Purpose.REDEEMED), 10))
    run(post_entries, entries=[_grant(member, 10), Entry(kind="points_spent", lines=lines)])
    assert get_balance(points_of(member)) == 0


def test_what_is_said_of_an_entry_is_written():
    said: dict[str, Any] = {
        "campaign_id": uuid4(),
        "source_event_id": uuid4(),
        "business_at": NOW - timedelta(days=1),
    }
    entry = Entry(kind="points_granted", lines=_grant(uuid4(), 1).lines, reason="bonus", **said)
    kept = Transaction.objects.get(pk=run(post, entry=entry, command_id="c-9"))
    assert {name: getattr(kept, name) for name in said} == said
    assert (kept.kind, kept.reason, kept.command_id) == ("points_granted", "bonus", "c-9")
    assert (kept.actor, kept.recorded_at) == (ACTOR.key, NOW)


def test_a_debt_is_repaid_no_further_than_it_goes():
    lines = (Line(of_brand(POINTS, Purpose.ISSUANCE), -5), Line(points_of(uuid4(), Purpose.DEBT), 5))
    with pytest.raises(InsufficientBalance):
        run(post, entry=Entry(kind="points_granted", lines=lines))


@pytest.mark.parametrize("spent", [0, 600])
def test_a_hold_of_money_is_settled_whole_or_for_nothing(spent):
    campaign = uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    hold = run(place_hold, account=of_campaign(campaign, "CNY"), amount=600)
    run(settle_hold, hold_id=hold, amount=spent, to=of_campaign(campaign, "CNY", Purpose.BUDGET_SPENT))
    assert (get_budget(campaign).spent, get_budget(campaign).free) == (spent, 1_000 - spent)


def test_settling_into_another_asset_is_refused():
    member = uuid4()
    give_points(member, 10)
    hold = run(place_hold, account=points_of(member), amount=5)
    with pytest.raises(UnbalancedEntry):
        run(settle_hold, hold_id=hold, amount=5, to=of_brand("growth", Purpose.REDEEMED))
    with pytest.raises(AmountOutOfRange):
        run(settle_hold, hold_id=hold, amount=6, to=of_brand(POINTS, Purpose.REDEEMED))


def test_value_moves_only_inside_an_action():
    with pytest.raises(RuntimeError):
        write([_grant(uuid4(), 1)])


def test_budget_is_an_account_that_cannot_go_below_zero():
    campaign = uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    with pytest.raises(AlreadyPosted):
        run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    hold = run(place_hold, account=of_campaign(campaign, "CNY"), amount=600)
    with pytest.raises(BudgetExhausted):
        run(place_hold, account=of_campaign(campaign, "CNY"), amount=401)
    run(settle_hold, hold_id=hold, amount=250, to=of_campaign(campaign, "CNY", Purpose.BUDGET_SPENT))
    budget = get_budget(campaign)
    assert (budget.currency, budget.total, budget.held, budget.spent, budget.free) == (
        "CNY",
        1_000,
        0,
        250,
        750,
    )
    assert run(close_budget, campaign_id=campaign, currency="CNY") == 750
    assert run(close_budget, campaign_id=campaign, currency="CNY") == 0
    assert get_budget(campaign).total == 250
    assert get_balance(of_brand(money_asset("CNY"), Purpose.ISSUANCE)) == -250


def test_a_campaign_without_a_budget_promises_nothing():
    assert get_budget(uuid4()).total == 0
    with pytest.raises(BudgetExhausted):
        run(place_hold, account=of_campaign(uuid4(), "CNY"), amount=1)


def test_balances_of_an_owner_leave_out_the_empty_ones():
    member = uuid4()
    give_points(member, 10)
    assert list_balances(points_of(member).owner_kind, member) == [(points_of(member), 10)]
    spend(member, 10)
    assert list_balances(points_of(member).owner_kind, member) == []
    account = Account.objects.get(owner_id=member, purpose=Purpose.AVAILABLE)
    assert account.version == 2  # by which others know what has moved


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount = amount + 1",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_transaction SET reason = 'x'",
        "UPDATE ledger_transaction SET recorded_at = now()",
        "UPDATE ledger_transaction SET block_id = NULL",
        "UPDATE ledger_transaction SET block_id = 7",
        "DELETE FROM ledger_transaction",
        "UPDATE ledger_block SET hash = ''",
        "DELETE FROM ledger_block",
        "UPDATE ledger_account SET owner_id = gen_random_uuid()",
        "UPDATE ledger_account SET floor = NULL",
        "UPDATE ledger_account SET purpose = 'redeemed'",
        "DELETE FROM ledger_account",
        "UPDATE ledger_account SET balance = -1 WHERE purpose = 'member.available'",
    ],
)
def test_history_cannot_change(statement):
    give_points(uuid4(), 10)
    run(seal_block)
    assert Block.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
