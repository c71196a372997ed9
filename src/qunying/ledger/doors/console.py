"""Console pages of the ledger: what there is of everything, accounts, statements, transactions, the audit."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.accounts.queries.list_audit import name_actors
from qunying.accounts.queries.person_behind import same_person
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of
from qunying.ledger.accounts import PURPOSE_NAMES, Purpose
from qunying.ledger.actions.approve_adjustment import approve_adjustment
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.actions.reject_adjustment import reject_adjustment
from qunying.ledger.actions.reject_units import reject_units
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.integrity import CHECKS
from qunying.ledger.models import Account, Adjustment, Enlargement
from qunying.ledger.naming import display_amount, name_assets, name_kind, name_owners
from qunying.ledger.proposals import waiting
from qunying.ledger.queries.find_last_audit import find_last_audit
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.ledger.queries.list_accounts import (
    get_account,
    list_accounts,
    list_assets,
    list_statement,
)
from qunying.ledger.queries.list_enlargements import list_waiting
from qunying.ledger.reasons import name_reason
from qunying.ledger.reversal import UnknownTransaction


@page("ledger.view")
def accounts_page(request: StaffRequest) -> HttpResponse:
    """Show totals per asset, accounts, waiting corrections and the last audit."""
    purpose = request.GET.get("purpose", "")
    purpose = purpose if purpose in PURPOSE_NAMES else ""
    asset = request.GET.get("asset", "").replace("\x00", "")[:100]
    found = cut_page(
        list_accounts(asset=asset, purpose=purpose), order_by="-id", cursor=request.GET.get("cursor")
    )
    audit = find_last_audit()
    checks = audit.checks if audit else []
    context = {
        "assets": _assets(),
        "accounts": _accounts(request, found.rows),
        "next_cursor": found.next_cursor,
        "purposes": PURPOSE_NAMES.items(),
        "purpose": purpose,
        "asset": asset,
        "asset_name": name_assets([asset])[asset] if asset else "",
        "audit": audit,
        "checks": [
            (CHECKS[row["name"]].title if row["name"] in CHECKS else row["name"], row) for row in checks
        ],
        "corrections": _corrections(request),
        "units": _proposed(request, list_waiting(clock.now())),
    }
    return show(request, "ledger/accounts.html", _("Ledger"), context)


def _assets() -> list[dict[str, Any]]:
    """Return the totals of each asset in its own unit."""
    rows = list_assets()[:50]
    names = name_assets(row.asset for row in rows)
    sums = ("issued", "liability", "redeemed", "breakage", "budget_free", "budget_held", "budget_spent")
    return [
        {
            "asset": row.asset,
            "name": names[row.asset],
            **{name: display_amount(getattr(row, name), row.asset) for name in sums},
        }
        for row in rows
    ]


def _accounts(request: StaffRequest, rows: Sequence[Account]) -> list[dict[str, Any]]:
    """Return accounts with whose they are, what of and what for, in words."""
    owners = name_owners(((row.owner_kind, row.owner_id) for row in rows), request.actor)
    assets = name_assets(row.asset for row in rows)
    return [
        {
            "id": row.pk,
            "owner": owners[row.owner_kind, row.owner_id],
            "asset": assets[row.asset],
            "purpose": PURPOSE_NAMES[Purpose(row.purpose)],
            "balance": display_amount(row.balance, row.asset),
        }
        for row in rows
    ]


def _corrections(request: StaffRequest) -> list[tuple[Adjustment, str, str, str, bool]]:
    """Return the corrections that wait: the asset, the amount, who proposed them, and whether that was somebody else."""
    rows = list(waiting(Adjustment, clock.now()).order_by("proposed_at", "id")[:50])
    names = name_assets(row.asset for row in rows)
    return [
        (row, names[row.asset], display_amount(row.amount, row.asset, signed=True), person, is_other)
        for row, person, is_other in _proposed(request, rows)
    ]


def _proposed[P: (Adjustment, Enlargement)](
    request: StaffRequest, rows: Sequence[P]
) -> list[tuple[P, str, bool]]:
    """Return proposals with who made them, and whether that was somebody else."""
    people = name_actors({row.proposed_by for row in rows})
    return [
        (row, people[row.proposed_by], not same_person(request.actor.key, row.proposed_by)) for row in rows
    ]


@page("ledger.view")
def account_page(request: StaffRequest, account_id: int) -> HttpResponse:
    """Show the statement of an account."""
    account = get_account(account_id)
    found = cut_page(list_statement(account_id), order_by="-id", cursor=request.GET.get("cursor"))
    named = _accounts(request, [account])[0]
    context = {
        "account": named,
        "postings": [
            (
                row,
                name_kind(row.transaction.kind),
                name_reason(row.transaction.reason),
                display_amount(row.amount, account.asset, signed=True),
            )
            for row in found.rows
        ],
        "next_cursor": found.next_cursor,
    }
    return show(request, "ledger/account.html", f"{named['asset']} · {named['purpose']}", context)


@page("ledger.view")
def transaction_page(request: StaffRequest, transaction_id: UUID) -> HttpResponse:
    """Show a transaction with its lines."""
    posted = find_transaction(transaction_id)
    if posted is None:
        raise UnknownTransaction
    owners = name_owners(
        ((line.account.owner_kind, line.account.owner_id) for line in posted.lines), request.actor
    )
    assets = name_assets(line.account.asset for line in posted.lines)
    lines = [
        {
            "account_id": line.account_id,
            "owner": owners[line.account.owner_kind, line.account.owner_id],
            "asset": assets[line.account.asset],
            "purpose": PURPOSE_NAMES[line.account.purpose],
            "amount": display_amount(line.amount, line.account.asset, signed=True),
        }
        for line in posted.lines
    ]
    context = {
        "posted": posted,
        "kind": name_kind(posted.kind),
        "reason": name_reason(posted.reason),
        "by": name_actors({posted.actor})[posted.actor],
        "lines": lines,
    }
    return show(request, "ledger/transaction.html", _("Transaction"), context)


@require_POST
@page("ledger.run_audit")
def audit_now(request: StaffRequest) -> HttpResponse:
    """Check every invariant over all rows."""
    report = run_audit(**act_of(request))
    if report.ok:
        messages.success(request, _("The book is sound: every check passed."))
    else:
        messages.error(request, _("The audit found something wrong. Look at the checks below."))
    return redirect("ledger.accounts")


@require_POST
@page("ledger.view")
def decide(request: StaffRequest, adjustment_id: UUID) -> HttpResponse:
    """Approve or reject a correction that waits for a second person."""
    verb = approve_adjustment if request.POST.get("verdict") == "approve" else reject_adjustment
    verb(**act_of(request), adjustment_id=adjustment_id)
    messages.success(request, _("Decided."))
    return redirect("ledger.accounts")


@require_POST
@page("ledger.view")
def decide_units(request: StaffRequest, enlargement_id: UUID) -> HttpResponse:
    """Approve or reject units that wait for a second person."""
    verb = approve_units if request.POST.get("verdict") == "approve" else reject_units
    verb(**act_of(request), enlargement_id=enlargement_id)
    messages.success(request, _("Decided."))
    return redirect("ledger.accounts")


urlpatterns = [
    path("ledger/", accounts_page, name="ledger.accounts"),
    path("ledger/accounts/<int:account_id>/", account_page, name="ledger.account"),
    path("ledger/transactions/<uuid:transaction_id>/", transaction_page, name="ledger.transaction"),
    path("ledger/audit/", audit_now, name="ledger.run_audit"),
    path("ledger/corrections/<uuid:adjustment_id>/", decide, name="ledger.decide_adjustment"),
    path("ledger/units/<uuid:enlargement_id>/", decide_units, name="ledger.decide_units"),
]
