"""``qunying listening``: crises."""

from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.queries.get_crisis import list_crises

app = typer.Typer(no_args_is_help=True, help="Listening: crises.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def crises(state: str = "", json: Json = False) -> None:
    """Show crises, latest first."""
    rows = [
        {
            "id": row.id,
            "kind": row.kind,
            "title": row.title,
            "state": row.state,
            "opened_at": row.opened_at,
            "open_tasks": row.open_tasks,  # type: ignore[attr-defined]
        }
        for row in list_crises(state).order_by("-opened_at")[:200]
    ]
    answer({"crises": rows}, json=json)


@app.command("open")
def begin(
    kind: Annotated[str, typer.Argument(help="dispute, attack, rumour or fault")],
    title: str,
    community: Annotated[UUID | None, typer.Option(help="Where, if in one community.")] = None,
    json: Json = False,
) -> None:
    """Open a crisis; the tasks of its plan begin at once."""
    crisis_id = open_crisis(
        command_id=str(new_id()),
        actor=actors.system("command_line"),
        now=clock.now(),
        kind=kind,
        title=title,
        community_id=community,
    )
    answer({"id": crisis_id}, json=json)
