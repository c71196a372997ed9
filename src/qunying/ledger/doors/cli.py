"""``qunying ledger``: balances, statements, the chain; ``qunying audit``: every invariant over all rows."""

from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.paging import cut_page
from qunying.kernel.terminal import answer
from qunying.ledger.accounts import OwnerKind
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_accounts import get_account, list_assets, list_statement
from qunying.ledger.sealing import find_broken_blocks

app = typer.Typer(no_args_is_help=True, help="The book: balances, statements, the sealed chain.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
BROKEN = 1


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
def verify(json: Json = False) -> None:
    """Check that no sealed row has changed; exits with 1 when one has."""
    broken = [f"block {block.number}: {block.reason}" for block in find_broken_blocks()]
    answer({"ok": not broken, "broken": broken}, json=json)
    if broken:
        raise typer.Exit(BROKEN)


@app.command()
def audit(json: Json = False) -> None:
    """Check every invariant of the book over all rows; exits with 1 when one is broken."""
    report = run_audit(command_id=str(new_id()), actor=actors.system("command_line"), now=clock.now())
    checks = [{"name": check.name, "ok": check.ok, "breaks": check.breaks} for check in report.checks]
    answer({"ok": report.ok, "checks": checks, "seconds": report.seconds}, json=json)
    if not report.ok:
        raise typer.Exit(BROKEN)
