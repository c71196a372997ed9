"""Requests about the book."""

from uuid import uuid4

from qunying.kernel import clock
from qunying.ledger.accounts import POINTS
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.propose_units import propose_units
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.models import Account
from qunying.ledger.tests.make import give_points, points_of, run
from tests.api.examples import Example, example


def _adjustment(amount: int) -> dict[str, object]:
    return {
        "owner_kind": "member",
        "owner_id": str(uuid4()),
        "asset": POINTS,
        "purpose": "member.available",
        "amount": amount,
        "reason": "wrong import",
        "evidence": "ticket 12",
    }


def _waiting() -> Example:
    adjusted = run(
        adjust_balance,
        now=clock.now(),
        account=points_of(uuid4()),
        amount=5_000,
        reason="wrong import",
        evidence="ticket 12",
    )
    return Example({"adjustment_id": adjusted.adjustment_id})


@example("ledger.list_balances")
def list_balances() -> Example:
    member = uuid4()
    give_points(member, 10)
    return Example(query={"owner_kind": "member", "owner_id": str(member)})


@example("ledger.list_accounts")
def list_accounts() -> Example:
    give_points(uuid4(), 10)
    return Example(query={"asset": POINTS})


@example("ledger.list_statement")
def list_statement() -> Example:
    member = uuid4()
    give_points(member, 10)
    return Example({"account_id": Account.objects.get(owner_id=member, purpose="member.available").id})


@example("ledger.get_transaction")
def get_transaction() -> Example:
    return Example({"transaction_id": give_points(uuid4(), 10)})


@example("ledger.get_budget")
def get_budget() -> Example:
    return Example({"campaign_id": uuid4()})


@example("ledger.list_adjustments")
def list_adjustments() -> Example:
    _waiting()
    return Example(query={"state": "proposed"})


@example("ledger.adjust_balance")
def adjust() -> Example:
    return Example(body=_adjustment(10), other=_adjustment(20))


@example("ledger.approve_adjustment")
def approve() -> Example:
    return _waiting()


@example("ledger.reject_adjustment")
def reject() -> Example:
    return _waiting()


def _units() -> Example:
    pool_id = run(create_pool, now=clock.now(), kind="coupon", total=1, rules_hash="0" * 64)
    words = {"pool_id": pool_id, "units": 2, "name": "Mugs", "reason": "more came"}
    return Example({"enlargement_id": run(propose_units, now=clock.now(), **words)})


@example("ledger.list_enlargements")
def list_enlargements() -> Example:
    _units()
    return Example(query={"state": "proposed"})


@example("ledger.approve_units")
def approve_units() -> Example:
    return _units()


@example("ledger.reject_units")
def reject_units() -> Example:
    return _units()


@example("ledger.find_last_audit")
def find_last_audit() -> Example:
    run(run_audit)
    return Example()


@example("ledger.run_audit")
def audit() -> Example:
    give_points(uuid4(), 10)
    return Example()
