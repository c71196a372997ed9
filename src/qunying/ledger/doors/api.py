"""The API's view of the book: balances, statements, budgets, corrections, audit."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, Whole
from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.actions.approve_adjustment import approve_adjustment
from qunying.ledger.actions.reject_adjustment import reject_adjustment
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.doors.stock_api import router as stock_router
from qunying.ledger.entries import MAX_MONEY
from qunying.ledger.queries.find_last_audit import find_last_audit
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.queries.list_accounts import get_account, list_accounts, list_statement
from qunying.ledger.queries.list_adjustments import list_adjustments
from qunying.ledger.reversal import UnknownTransaction

router = Router()
router.add_router("", stock_router)
Asset = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z]+(:[0-9a-f-]{36})?$")]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN)]
AccountId = Annotated[int, Field(ge=1, le=2**62)]


class AccountName(Schema, extra="forbid"):
    """Whose account, in what and for what."""

    owner_kind: OwnerKind
    owner_id: UUID
    asset: Asset
    purpose: Purpose


class BalanceOut(AccountName):
    """An account's balance."""

    balance: int


class BalanceList(Schema):
    """What an owner has."""

    items: list[BalanceOut]


class AccountOut(Schema):
    """An account."""

    id: int
    owner_kind: str
    owner_id: UUID
    asset: str
    purpose: str
    balance: int


class AccountPage(Schema):
    """A page of accounts."""

    items: list[AccountOut]
    next_cursor: str | None


class StatementLine(Schema):
    """One line of a statement."""

    transaction_id: UUID
    kind: str
    amount: int
    recorded_at: datetime
    reason: str


class StatementPage(Schema):
    """A page of a statement, newest first."""

    items: list[StatementLine]
    next_cursor: str | None


class LineOut(AccountName):
    """A line of a transaction."""

    amount: int


class TransactionOut(Schema):
    """A transaction."""

    id: UUID
    kind: str
    reason: str
    actor: str
    campaign_id: UUID | None
    recorded_at: datetime
    reverses: UUID | None
    reversed_amount: int
    block: int | None
    lines: list[LineOut]


class BudgetOut(Schema):
    """A campaign's budget in minor units; the currency is empty when none was opened."""

    currency: str
    total: int
    held: int
    spent: int
    free: int


class AdjustmentIn(AccountName):
    """A correction by hand."""

    amount: Annotated[Whole, Field(ge=-MAX_MONEY, le=MAX_MONEY)]
    reason: Reason
    evidence: Reason


class AdjustmentMade(Schema):
    """The correction: posted, or waiting for a second person."""

    adjustment_id: UUID
    posted: bool


class AdjustmentOut(Schema):
    """A correction by hand."""

    id: UUID
    owner_kind: str
    owner_id: UUID
    asset: str
    purpose: str
    amount: int
    reason: str
    evidence: str
    state: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class AdjustmentPage(Schema):
    """A page of corrections."""

    items: list[AdjustmentOut]
    next_cursor: str | None


class TransactionId(Schema):
    """The transaction that was written."""

    transaction_id: UUID


class CheckOut(Schema):
    """What one check found."""

    name: str
    ok: bool
    breaks: list[str]


class AuditOut(Schema):
    """What an audit found."""

    ok: bool
    checks: list[CheckOut]
    seconds: float


class LastAudit(Schema):
    """The latest audit, if there was one."""

    ran_at: datetime | None
    audit: AuditOut | None


@router.get("/ledger/balances", response=BalanceList, operation_id="ledger.list_balances")
def balances(request: ApiRequest, owner_kind: OwnerKind, owner_id: UUID) -> object:
    """Return what a member, a campaign or the brand has, without empty accounts."""
    request.actor.require("ledger.view")
    found = list_balances(owner_kind, owner_id)
    return {"items": [{**vars(ref), "balance": balance} for ref, balance in found]}


@router.get("/ledger/accounts", response=AccountPage, operation_id="ledger.list_accounts")
def accounts(
    request: ApiRequest,
    asset: Annotated[str, Query(max_length=60, pattern=PLAIN)] = "",
    owner_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return accounts in the order in which they were opened."""
    request.actor.require("ledger.view")
    rows = list_accounts(asset=asset, owner_id=owner_id)
    found = cut_page(rows, order_by="id", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.get(
    "/ledger/accounts/{account_id}/statement", response=StatementPage, operation_id="ledger.list_statement"
)
def statement(
    request: ApiRequest,
    account_id: AccountId,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return the lines of an account, newest first."""
    request.actor.require("ledger.view")
    account = get_account(account_id)
    found = cut_page(list_statement(account.id), order_by="-id", cursor=cursor, size=limit)
    lines = [
        {
            "transaction_id": posting.transaction_id,
            "kind": posting.transaction.kind,
            "amount": posting.amount,
            "recorded_at": posting.transaction.recorded_at,
            "reason": posting.transaction.reason,
        }
        for posting in found.rows
    ]
    return {"items": lines, "next_cursor": found.next_cursor}


@router.get(
    "/ledger/transactions/{transaction_id}", response=TransactionOut, operation_id="ledger.get_transaction"
)
def transaction(request: ApiRequest, transaction_id: UUID) -> object:
    """Return a transaction with its lines."""
    request.actor.require("ledger.view")
    found = find_transaction(transaction_id)
    if found is None:
        raise UnknownTransaction
    lines = [{**vars(line.account), "amount": line.amount} for line in found.lines]
    return {**vars(found), "lines": lines}


@router.get("/ledger/budgets/{campaign_id}", response=BudgetOut, operation_id="ledger.get_budget")
def budget(request: ApiRequest, campaign_id: UUID) -> object:
    """Return a campaign's budget."""
    request.actor.require("ledger.view")
    return get_budget(campaign_id)


@router.get("/ledger/adjustments", response=AdjustmentPage, operation_id="ledger.list_adjustments")
def adjustments(
    request: ApiRequest,
    state: Annotated[Literal["proposed", "posted", "rejected", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return corrections by hand, newest first."""
    request.actor.require("ledger.view")
    found = cut_page(list_adjustments(state), order_by="-proposed_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/ledger/adjustments", response={201: AdjustmentMade}, operation_id="ledger.adjust_balance")
def adjust(request: ApiRequest, body: AdjustmentIn) -> object:
    """Correct a member's available balance or a campaign's free budget; large ones wait for a second person."""
    adjusted = adjust_balance(
        **act_of(request),
        account=AccountRef(body.owner_kind, body.owner_id, body.asset, body.purpose),
        amount=body.amount,
        reason=body.reason,
        evidence=body.evidence,
    )
    return Status(201, adjusted)


@router.post(
    "/ledger/adjustments/{adjustment_id}/approve",
    response=TransactionId,
    operation_id="ledger.approve_adjustment",
)
def approve(request: ApiRequest, adjustment_id: UUID) -> object:
    """Post a correction that somebody else proposed."""
    transaction_id = approve_adjustment(**act_of(request), adjustment_id=adjustment_id)
    return {"transaction_id": transaction_id}


@router.post(
    "/ledger/adjustments/{adjustment_id}/reject",
    response={204: None},
    operation_id="ledger.reject_adjustment",
)
def reject(request: ApiRequest, adjustment_id: UUID) -> object:
    """Decide against a correction that waits."""
    reject_adjustment(**act_of(request), adjustment_id=adjustment_id)
    return Status(204, None)


@router.get("/ledger/audit", response=LastAudit, operation_id="ledger.find_last_audit")
def last_audit(request: ApiRequest) -> object:
    """Return what the latest audit found."""
    request.actor.require("ledger.view")
    last = find_last_audit()
    if last is None:
        return {"ran_at": None, "audit": None}
    return {"ran_at": last.ran_at, "audit": {"ok": last.ok, "checks": last.checks, "seconds": last.seconds}}


@router.post("/ledger/audit", response=AuditOut, operation_id="ledger.run_audit")
def audit(request: ApiRequest) -> object:
    """Check every invariant over all rows; seconds for a million lines."""
    return run_audit(**act_of(request))
