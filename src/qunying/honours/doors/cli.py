"""``qunying honours``: badges and leaderboards from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.honours.actions.refresh_honours import refresh_honours
from qunying.honours.queries.get_leaderboard import get_leaderboard
from qunying.honours.queries.list_badges import list_badges
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer

app = typer.Typer(no_args_is_help=True, help="Badges and leaderboards.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def badges(json: Json = False) -> None:
    """List the badges with how many members hold each."""
    shown = ("id", "name", "sign", "measure", "levels", "state", "holders")
    answer({"badges": [{key: getattr(row, key) for key in shown} for row in list_badges()]}, json=json)


@app.command()
def leaderboard(
    period: Annotated[str, typer.Option(help="week, month or all.")] = "month",
    community: Annotated[
        UUID | None, typer.Option(help="The id of a community; without it, everywhere.")
    ] = None,
    json: Json = False,
) -> None:
    """Show who contributes most, names masked."""
    answer(asdict(get_leaderboard(period, clock.now(), community_id=community)), json=json)


@app.command()
def refresh(json: Json = False) -> None:
    """Count badges and leaderboards anew, now."""
    done = refresh_honours(**act_of_owner())
    answer(asdict(done), json=json)
