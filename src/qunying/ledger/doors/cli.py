"""``qunying ledger`` and ``qunying audit``: balances, and whether the book is sound."""

from typing import Annotated

import typer

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.queries.list_accounts import list_assets

app = typer.Typer(no_args_is_help=True, help="The double-entry ledger.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def totals(json: Json = False) -> None:
    """Show what there is of each asset: issued, owed, used, budgets."""
    answer({"assets": [asset.__dict__ for asset in list_assets()]}, json=json)


@app.command()
def audit(json: Json = False) -> None:
    """Check every invariant of the book over all rows; exit 1 when one is broken."""
    report = run_audit(
        command_id=str(new_id()), actor=actors.system("command_line"), now=clock.now()
    )
    checks = [{"name": check.name, "ok": check.ok, "breaks": check.breaks} for check in report.checks]
    answer({"ok": report.ok, "checks": checks, "seconds": round(report.seconds, 3)}, json=json)
    if not report.ok:
        raise typer.Exit(1)
