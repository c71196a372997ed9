"""``qunying communities``: groups of people and their rosters."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.queries.get_community import list_communities
from qunying.communities.roster_file import read_roster
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer

app = typer.Typer(no_args_is_help=True, help="Communities and their rosters.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("list")
def list_all(json: Json = False) -> None:
    """List communities with how many are in."""
    communities = [
        {
            "id": size.community.id,
            "name": size.community.name,
            "state": size.community.state,
            "people": size.people,
        }
        for size in list_communities()
    ]
    answer({"communities": communities}, json=json)


@app.command()
def roster(
    community_id: UUID,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    complete: Annotated[bool, typer.Option(help="Whoever the file does not name has left.")] = False,
    json: Json = False,
) -> None:
    """Take over who is in a community from a CSV file."""
    taken = import_roster(
        command_id=str(new_id()),
        actor=actors.system("command_line"),
        now=clock.now(),
        community_id=community_id,
        rows=read_roster(file.read_bytes(), get_brand().zone),
        is_complete=complete,
    )
    answer(taken.__dict__, json=json)
