"""Console pages of the ledger: what there is of everything, accounts, statements, transactions, the audit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import command_id_of
from qunying.ledger.accounts import PURPOSE_NAMES, Purpose
from qunying.ledger.actions.approve_adjustment import approve_adjustment
from qunying.ledger.actions.reject_adjustment import reject_adjustment
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.models import Adjustment
from qunying.ledger.queries.find_last_audit import find_last_audit
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.ledger.queries.list_accounts import (
    get_account,
    list_accounts,
    list_adjustments,
    list_assets,
    list_statement,
)
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
    context = {
        "assets": list_assets()[:50],
        "accounts": [(account, PURPOSE_NAMES[Purpose(account.purpose)]) for account in found.rows],
        "next_cursor": found.next_cursor,
        "purposes": PURPOSE_NAMES.items(),
        "purpose": purpose,
        "asset": asset,
        "audit": find_last_audit(),
        "waiting": list_adjustments(Adjustment.State.PROPOSED).order_by("proposed_at")[:50],
    }
    return show(request, "ledger/accounts.html", _("Ledger"), context)


@page("ledger.view")
def account_page(request: StaffRequest, account_id: int) -> HttpResponse:
    """Show the statement of an account."""
    account = get_account(account_id)
    found = cut_page(list_statement(account_id), order_by="-id", cursor=request.GET.get("cursor"))
    context = {
        "account": account,
        "purpose": PURPOSE_NAMES[Purpose(account.purpose)],
        "postings": found.rows,
        "next_cursor": found.next_cursor,
    }
    return show(request, "ledger/account.html", f"{account.asset} · {context['purpose']}", context)


@page("ledger.view")
def transaction_page(request: StaffRequest, transaction_id: UUID) -> HttpResponse:
    """Show a transaction with its lines."""
    posted = find_transaction(transaction_id)
    if posted is None:
        raise UnknownTransaction
    lines = [(line, PURPOSE_NAMES[line.account.purpose]) for line in posted.lines]
    return show(request, "ledger/transaction.html", _("Transaction"), {"posted": posted, "lines": lines})


@require_POST
@page("ledger.run_audit")
def audit_now(request: StaffRequest) -> HttpResponse:
    """Check every invariant over all rows."""
    report = run_audit(command_id=command_id_of(request), actor=request.actor, now=clock.now())
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
    verb(command_id=command_id_of(request), actor=request.actor, now=clock.now(), adjustment_id=adjustment_id)
    messages.success(request, _("Decided."))
    return redirect("ledger.accounts")


urlpatterns = [
    path("ledger/", accounts_page, name="ledger.accounts"),
    path("ledger/accounts/<int:account_id>/", account_page, name="ledger.account"),
    path("ledger/transactions/<uuid:transaction_id>/", transaction_page, name="ledger.transaction"),
    path("ledger/audit/", audit_now, name="ledger.run_audit"),
    path("ledger/corrections/<uuid:adjustment_id>/", decide, name="ledger.decide_adjustment"),
]
