"""``qunying communities``: groups of people and their rosters."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from qunying.accounts.actions.change_brand import checked_zone
from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.actions.receive_messages import Received
from qunying.communities.inbound.importing import import_file
from qunying.communities.inbound.message_file import BadRow
from qunying.communities.queries.describe_messages import describe_messages
from qunying.communities.queries.get_community import list_communities
from qunying.communities.queries.list_messages import list_messages
from qunying.communities.queries.list_notices import list_notices
from qunying.communities.roster_file import read_roster
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer
from qunying.kernel.web import csv_text

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


@app.command("import-messages")
def import_messages(
    community_id: UUID,
    file: Annotated[Path, typer.Argument(help="A CSV, JSON lines (also gzip), XLSX or Parquet file.")],
    errors: Annotated[Path | None, typer.Option(help="Where to write the rows that cannot be read.")] = None,
    zone: Annotated[str | None, typer.Option(help="The zone of the times; by default the brand's.")] = None,
    json: Json = False,
) -> None:
    """Take over messages from a file. Safe to repeat: the same file twice changes nothing."""
    counts = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0, "refused": 0}
    refused: list[BadRow] = []

    def note(received: Received, bad: list[BadRow]) -> bool:
        refused.extend(bad)
        counts["rows"] += received.rows + len(bad)
        for name in ("new", "changed", "unchanged"):
            counts[name] += getattr(received, name)
        counts["refused"] += len(bad)
        if not json:
            typer.echo(f"{counts['rows']} rows", err=True)
        return True

    import_file(
        file,
        community_id,
        zone=checked_zone(zone) if zone else get_brand().zone,
        actor=actors.system("command_line"),
        clock=clock.now,
        on_batch=note,
    )
    if errors is not None and refused:
        rows = ((one.row, one.field, one.value) for one in refused)
        errors.write_text(csv_text(["row", "field", "value"], rows))
    answer(counts, json=json)


@app.command("search-messages")
def search_messages(
    words: str,
    community_id: Annotated[UUID | None, typer.Option(help="Only in this community.")] = None,
    size: Annotated[int, typer.Option(min=1, max=200)] = 20,
    json: Json = False,
) -> None:
    """Find what was said, newest first."""
    found = list_messages([community_id] if community_id else None, search=words, size=size)
    messages = [
        {"id": view.message.pk, "sent_at": view.message.sent_at, "author": view.author, "text": view.text}
        for view in describe_messages(found.rows, actors.system("command_line"))
    ]
    answer({"messages": messages}, json=json)


@app.command()
def notices(json: Json = False) -> None:
    """List what communities are told, and when next."""
    found = [
        {"id": one.pk, "title": one.title, "kind": one.kind, "rhythm": one.rhythm, "next_at": one.next_at}
        for one in list_notices()
    ]
    answer({"notices": found}, json=json)
