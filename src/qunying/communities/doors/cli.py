"""``qunying communities``: groups of people, their rosters, their health, their platforms."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from qunying.accounts.actions.change_brand import checked_zone
from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.decide_match import decide_match
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.actions.receive_messages import Received
from qunying.communities.health_report import report_health
from qunying.communities.inbound.importing import import_file
from qunying.communities.inbound.message_file import BadRow
from qunying.communities.inbound.message_mapping import NAMES, checked_columns
from qunying.communities.queries.compare_platforms import CRITERIA, USUAL_WEIGHTS, compare_platforms
from qunying.communities.queries.describe_messages import describe_messages
from qunying.communities.queries.get_community import get_community, list_communities
from qunying.communities.queries.get_source import list_sources
from qunying.communities.queries.list_doubts import list_doubts
from qunying.communities.queries.list_live_codes import list_live_codes
from qunying.communities.queries.list_messages import list_messages
from qunying.communities.queries.list_notices import list_notices
from qunying.communities.queries.list_overlaps import get_spread, list_members_in_many, list_overlaps
from qunying.communities.queries.list_pinned import list_pinned
from qunying.communities.queries.preview_messages import get_message_columns
from qunying.communities.roster_file import read_roster
from qunying.communities.talk_report import report_talk
from qunying.kernel import actors, clock
from qunying.kernel.clock import local_day
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import act_of_owner, answer
from qunying.kernel.web import csv_text
from qunying.segments.queries.get_segment import get_segment_by_slug

app = typer.Typer(no_args_is_help=True, help="Communities and their rosters.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("list")
def list_all(json: Json = False) -> None:
    """List communities with how many are in."""
    communities = [
        {
            "id": size.community.id,
            "name": size.community.name,
            "platform": size.community.platform_id,
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
    """Take over who is in a community from a CSV or XLSX file."""
    now = clock.now()
    taken = import_roster(
        command_id=str(new_id()),
        actor=actors.system("command_line"),
        now=now,
        community_id=community_id,
        rows=read_roster(file.read_bytes(), get_brand().zone, now),
        is_complete=complete,
    )
    answer(taken.__dict__, json=json)


@app.command()
def health(
    community_id: Annotated[
        UUID | None, typer.Argument(help="One community; all open ones without it.")
    ] = None,
    start: Day = None,
    end: Day = None,
    json: Json = False,
) -> None:
    """Measure the health of communities, the weakest first; by default over the last 30 days."""
    zone = get_brand().zone
    last = end.date() if end else local_day(get_analysis_time(clock.now()), zone)
    first = start.date() if start else date.fromordinal(max(last.toordinal() - 29, 1))
    if first > last:
        raise typer.BadParameter("the first day must not lie behind the last")
    reports = report_health(start=first, end=last, zone=zone, community_id=community_id)
    answer({"communities": [report.as_dict() for report in reports]}, json=json)


@app.command()
def overlaps(
    too_many: Annotated[int, typer.Option(min=2, help="From how many communities on it is too many.")] = 5,
    json: Json = False,
) -> None:
    """Show how communities overlap, members in none, and members in too many."""
    spread = get_spread()
    found = {
        "members": spread.members,
        "in_none": spread.in_none,
        "by_number": spread.by_number,
        "in_too_many": [member.__dict__ for member in list_members_in_many(least=too_many, limit=1000)],
        "pairs": [pair.__dict__ for pair in list_overlaps()],
    }
    answer(found, json=json)


@app.command("live-codes")
def live_codes(json: Json = False) -> None:
    """List live codes with where they lead and the room that is left."""
    codes = [
        {
            "id": code.id,
            "name": code.name,
            "source": code.source,
            "routes": [route.__dict__ for route in routes],
        }
        for code, routes in list_live_codes()
    ]
    answer({"live_codes": codes}, json=json)


@app.command()
def doubts(json: Json = False) -> None:
    """List people of rosters who may be members."""
    rows = [
        {
            "id": doubt.pk,
            "community": doubt.stay.community.name,
            "person": doubt.stay.nickname or doubt.stay.platform_user_id,
            "member_id": doubt.member_id,
            "reason": doubt.reason,
        }
        for doubt in list_doubts().order_by("-raised_at", "-pk")[:1000]
    ]
    answer({"doubts": rows}, json=json)


@app.command()
def decide(
    doubt_id: int,
    decision: Annotated[str, typer.Argument(help="accepted, other or rejected")],
    member_id: Annotated[UUID | None, typer.Option(help="The member, with “other”.")] = None,
    json: Json = False,
) -> None:
    """Decide who a person of a roster is."""
    decide_match(**act_of_owner(), doubt_id=doubt_id, decision=decision, member_id=member_id)
    answer({"decided": doubt_id}, json=json)


@app.command()
def platforms(
    segment: Annotated[str, typer.Option(help="Short name of the target segment.")] = "",
    weight: Annotated[
        list[str] | None, typer.Option(help=f"criterion=0–10; criteria: {', '.join(CRITERIA)}")
    ] = None,
    json: Json = False,
) -> None:
    """Compare platforms for a segment and recommend a layout, with the reasons."""
    found = compare_platforms(
        segment_id=get_segment_by_slug(segment).id if segment else None,
        weights=_weights(weight or []),
        as_of=get_analysis_time(clock.now()),
    )
    result = {
        "people": found.people,
        "weights": dict(found.weights),
        "platforms": [
            {"platform": row.platform.slug, "points": row.ranked.total, "scores": dict(row.scores)}
            for row in found.rows
        ],
        "layout": [placement.__dict__ for placement in found.layout],
    }
    answer(result, json=json)


def _weights(given: list[str]) -> dict[str, float]:
    weights = dict(USUAL_WEIGHTS)
    for entry in given:
        name, _sign, value = entry.partition("=")
        if name not in weights or not value.replace(".", "", 1).isdecimal() or not float(value) <= 10:
            raise typer.BadParameter(f"{entry}: expected one of {', '.join(CRITERIA)} = 0 to 10")
        weights[name] = float(value)
    if not any(weights.values()):
        raise typer.BadParameter("at least one weight must be above 0")
    return weights


@app.command("import-messages")
def import_messages(
    community_id: UUID,
    file: Annotated[Path, typer.Argument(help="A CSV, JSON lines (also gzip), XLSX or Parquet file.")],
    errors: Annotated[Path | None, typer.Option(help="Where to write the rows that cannot be read.")] = None,
    zone: Annotated[str | None, typer.Option(help="The zone of the times; by default the brand's.")] = None,
    mapping: Annotated[str, typer.Option(help="A kept mapping of columns.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help=f"field=header; fields: {', '.join(NAMES)}")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Read and check everything, write nothing.")] = False,
    json: Json = False,
) -> None:
    """Take over messages from a file. Safe to repeat: the same file twice changes nothing."""
    columns = get_message_columns(mapping) if mapping else {}
    columns |= {name: header for name, _sign, header in (one.partition("=") for one in column or [])}
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
        columns=checked_columns(columns) if columns else None,
        dry_run=dry_run,
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
def talk(community_id: UUID, start: Day = None, end: Day = None, json: Json = False) -> None:
    """Show when people talk, who answers whom and who helps; by default over the last 30 days."""
    get_community(community_id)  # refuses what does not exist
    first, last = start.date() if start else None, end.date() if end else None
    answer(report_talk(community_id, first, last, actor=actors.system("command_line")), json=json)


@app.command()
def pinned(community_id: UUID, json: Json = False) -> None:
    """Show what is pinned in a community, as members read it."""
    found = list_pinned(get_community(community_id), clock.now())
    answer({"pinned": [one.__dict__ for one in found]}, json=json)


@app.command()
def sources(json: Json = False) -> None:
    """List message sources and when they were last heard of."""
    found = [
        {
            "id": one.pk,
            "platform": one.platform,
            "name": one.name,
            "heard_at": one.heard_at,
            "closed_at": one.closed_at,
        }
        for one in list_sources()
    ]
    answer({"sources": found}, json=json)


@app.command()
def notices(json: Json = False) -> None:
    """List what communities are told, and when next."""
    found = [
        {"id": one.pk, "title": one.title, "kind": one.kind, "rhythm": one.rhythm, "next_at": one.next_at}
        for one in list_notices()
    ]
    answer({"notices": found}, json=json)
