"""``qunying ledger``: balances, statements, the chain; ``qunying audit``: every invariant over all rows."""

import json as json_module
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.kernel.paging import cut_page
from qunying.kernel.terminal import act_of_owner, answer
from qunying.ledger.accounts import OwnerKind
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.actions.reject_units import reject_units
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_accounts import get_account, list_assets, list_statement
from qunying.ledger.queries.list_checkpoints import NotACheckpoint, compare_checkpoint, export_checkpoint
from qunying.ledger.queries.list_enlargements import list_enlargements
from qunying.ledger.sealing import find_broken_blocks

app = typer.Typer(no_args_is_help=True, help="The book: balances, statements, the sealed chain.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
BROKEN = 1
MOST_LISTED = 500


@app.command()
def totals(json: Json = False) -> None:
    """Show what there is of each asset: issued, owed, used, budgets."""
    answer({"assets": [vars(asset) for asset in list_assets()]}, json=json)


@app.command()
def balance(owner_id: UUID, owner: OwnerKind = OwnerKind.MEMBER, json: Json = False) -> None:
    """Show what a member (or a campaign, or the brand) has."""
    found = [
        {"asset": ref.asset, "purpose": ref.purpose.value, "balance": amount}
        for ref, amount in list_balances(owner, owner_id)
    ]
    answer({"owner": owner.value, "owner_id": owner_id, "balances": found}, json=json)


@app.command()
def statement(
    account_id: int,
    cursor: str | None = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    json: Json = False,
) -> None:
    """Show the lines of an account, newest first."""
    account = get_account(account_id)
    page = cut_page(list_statement(account.id), order_by="-id", cursor=cursor, size=limit)
    lines = [
        {
            "transaction": line.transaction_id,
            "kind": line.transaction.kind,
            "amount": line.amount,
            "at": line.transaction.recorded_at,
        }
        for line in page.rows
    ]
    answer(
        {
            "account": str(account),
            "balance": account.balance,
            "lines": lines,
            "next_cursor": page.next_cursor,
        },
        json=json,
    )


@app.command()
def units(
    state: Annotated[str, typer.Option(help="proposed, added or rejected; all when left out.")] = "proposed",
    json: Json = False,
) -> None:
    """List units of scarce stock that somebody asked for, newest first; another person adds them."""
    shown = ("id", "name", "units", "reason", "state", "proposed_by", "proposed_at", "expires_at")
    found = list_enlargements(state).order_by("-proposed_at")[:MOST_LISTED]
    answer({"units": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command("approve-units")
def approve_asked(enlargement_id: UUID, json: Json = False) -> None:
    """Add units that somebody in the console or by API asked for, as their second person."""
    answer({"total": approve_units(**act_of_owner(), enlargement_id=enlargement_id)}, json=json)


@app.command("reject-units")
def reject_asked(enlargement_id: UUID, json: Json = False) -> None:
    """Decide against units that somebody asked for."""
    reject_units(**act_of_owner(), enlargement_id=enlargement_id)
    answer({"rejected": enlargement_id}, json=json)


@app.command()
def verify(
    against: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A checkpoint that was kept elsewhere.")
    ] = None,
    json: Json = False,
) -> None:
    """Check that no sealed row, and nothing that a kept checkpoint states, has changed; exits with 1 if so."""
    broken = [f"block {block.number}: {block.reason}" for block in find_broken_blocks()]
    if against is not None:
        broken += compare_checkpoint(_read_checkpoint(against))
    answer({"ok": not broken, "broken": broken}, json=json)
    if broken:
        raise typer.Exit(BROKEN)


def _read_checkpoint(path: Path) -> dict[str, Any]:
    try:
        found = json_module.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise NotACheckpoint from error
    if not isinstance(found, dict):
        raise NotACheckpoint
    return found


@app.command()
def checkpoint(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: the latest.")] = None,
    json: Json = False,
) -> None:
    """Print the signed checkpoint of a day, to be kept outside of this machine (``verify --against`` reads it)."""
    answer(export_checkpoint(day.date() if day else None), json=json)


@app.command()
def audit(json: Json = False) -> None:
    """Check every invariant of the book over all rows; exits with 1 when one is broken."""
    report = run_audit(**act_of_owner())
    checks = [{"name": check.name, "ok": check.ok, "breaks": check.breaks} for check in report.checks]
    answer({"ok": report.ok, "checks": checks, "seconds": report.seconds}, json=json)
    if not report.ok:
        raise typer.Exit(BROKEN)
