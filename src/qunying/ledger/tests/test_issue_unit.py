"""The hot verb against the plain one: whatever the state, both answer and leave the same."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import Purpose, of_campaign
from qunying.ledger.actions import issue_unit as module
from qunying.ledger.actions.close_pool import close_pool
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.issue_unit import issue_unit
from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.entries import AmountOutOfRange
from qunying.ledger.issuing import Issue
from qunying.ledger.models import Account, Hold, Pool, Posting, Transaction
from qunying.ledger.queries.audit import audit
from qunying.ledger.stock import PoolClosed
from qunying.ledger.tests.make import NOW, run

pytestmark = pytest.mark.django_db


def _picture(pool_id, names):
    """Everything that the verb touches, with names for random ids."""

    def rows(found):
        texts = [repr(row) for row in found]
        for key, name in names.items():
            texts = [text.replace(str(key), name) for text in texts]
        return sorted(texts)

    accounts = Account.objects.values_list(
        "owner_kind", "owner_id", "asset", "purpose", "floor", "ceiling", "balance"
    )
    transactions = Transaction.objects.values_list(
        "kind", "reason", "campaign_id", "business_at", "recorded_at", "actor"
    )
    postings = Posting.objects.values_list("line", "account__purpose", "account__owner_id", "amount")
    holds = Hold.objects.values_list("amount", "state", "account__purpose", "held_account__purpose")
    pools = Pool.objects.filter(pk=pool_id).values_list("issued", "returned", "state")
    return [rows(found) for found in (accounts, transactions, postings, holds, pools)]


def _play(moves, *, total, budget):
    campaign, pool_id = uuid4(), run(create_pool, kind="test", total=total, rules_hash="")
    if budget:
        run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=budget)
    members = [uuid4(), uuid4()]
    asset = "stamp"
    answers = []
    for move in moves:
        try:
            if move == "close":
                run(close_pool, pool_id=pool_id)
            elif isinstance(move, str):
                run(return_serial, pool_id=pool_id, serial=1)
            else:
                who, amount = move
                paid = {
                    "campaign_id": campaign,
                    "currency": "CNY",
                    "hold_id": new_id(),
                    "hold_amount": amount,
                }
                issue = Issue(
                    "claimed", str(new_id()), pool_id, asset, members[who], **(paid if amount else {})
                )
                answers.append(run(issue_unit, issue=issue))
        except Problem as problem:
            answers.append(problem.code)
    names = {campaign: "campaign", pool_id: "pool", members[0]: "one", members[1]: "two"}
    return answers, _picture(pool_id, names)


moves = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 1), st.sampled_from([0, 30, 50])),
        st.sampled_from(["return", "return", "close"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@example(moves=[(0, 30), (1, 30), "return", (0, 30), "close", (1, 0)], total=5, budget=1_000)
@given(moves=moves, total=st.integers(1, 5), budget=st.sampled_from([0, 60, 1_000]))
def test_both_ways_answer_and_leave_the_same(moves, total, budget):
    outcomes = []
    for way in ("at once", "step by step"):
        savepoint = transaction.savepoint_create()
        with pytest.MonkeyPatch.context() as patch:
            if way == "step by step":
                patch.setattr(module, "issue_at_once", lambda _issue: None)
            outcomes.append(_play(moves, total=total, budget=budget))
        assert audit() == []
        transaction.savepoint_rollback(savepoint)
    assert outcomes[0] == outcomes[1]


def test_the_ordinary_case_is_served_at_once():
    """Only the very first claim of a stock opens accounts; from then on nothing is left to the plain way."""
    pool_id, campaign = run(create_pool, kind="test", total=5, rules_hash=""), uuid4()
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    with pytest.MonkeyPatch.context() as patch:
        for number in range(3):
            issue = Issue("claimed", str(number), pool_id, "stamp", uuid4(), campaign, "CNY", new_id(), 100)
            assert run(issue_unit, issue=issue) == number + 1
            patch.setattr(module, "write", None)  # would crash
    with pytest.raises(AmountOutOfRange):
        run(issue_unit, issue=Issue("claimed", "0", pool_id, "stamp", uuid4(), campaign, "CNY", new_id(), 0))
    held = Account.objects.get(owner_id=campaign, purpose=Purpose.BUDGET_HELD)
    assert (held.balance, held.version) == (300, 3)
    assert Account.objects.get(owner_id=campaign, purpose=Purpose.BUDGET).balance == 700
    assert audit() == []
    assert of_campaign(campaign, "CNY").purpose == Purpose.BUDGET


def test_the_quick_way_keeps_the_hours():
    opens, closes = NOW, NOW + timedelta(hours=1)
    pool_id = run(create_pool, kind="test", total=5, rules_hash="", opens_at=opens, closes_at=closes)
    for instant, serial in ((opens, 1), (opens, 2), (closes - timedelta(microseconds=1), 3)):
        assert run(issue_unit, now=instant, issue=Issue("claimed", "", pool_id, "stamp", uuid4())) == serial
    for instant in (opens - timedelta(microseconds=1), closes):
        with pytest.raises(PoolClosed):
            run(issue_unit, now=instant, issue=Issue("claimed", "", pool_id, "stamp", uuid4()))
    run(close_pool, pool_id=pool_id)
    with pytest.raises(PoolClosed):
        run(issue_unit, issue=Issue("claimed", "", pool_id, "stamp", uuid4()))
