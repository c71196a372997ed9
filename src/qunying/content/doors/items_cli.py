"""``qunying content …``: calendar, items, submissions."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.add_material import MaterialFacts, add_material
from qunying.content.actions.reject_submission import reject_submission
from qunying.content.due import publish_what_is_due
from qunying.content.pictures import keep_picture
from qunying.content.queries.get_calendar import get_calendar
from qunying.content.queries.get_effect import DEFAULT_WINDOW, get_effect
from qunying.content.queries.get_item import get_item, list_items, list_submissions
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.terminal import act_of_owner, answer
from qunying.stream.lake import open_analysis

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def items(
    state: Annotated[str, typer.Option(help="Only items in this state.")] = "",
    json: Json = False,
) -> None:
    """List content items, what changed last first."""
    found = list_items(state=state).order_by("-changed_at")[:200]
    rows = [{"id": item.pk, "title": item.title, "kind": item.kind, "state": item.state} for item in found]
    answer({"items": rows}, json=json)


@app.command()
def calendar(
    first: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days.")] = 28,
    community: Annotated[UUID | None, typer.Option(help="Only this community.")] = None,
    json: Json = False,
) -> None:
    """List what goes where and when, and what the cadence rules say."""
    zone = get_brand().zone
    start: date = first.date() if first else local_day(clock.now(), zone)
    found = get_calendar(start, start + timedelta(days=days - 1), zone=zone, community_id=community)
    posts = [
        {"at": entry.at, "title": entry.title, "place": entry.place, "state": entry.state}
        for entries in found.days.values()
        for entry in entries
    ]
    warnings = [
        {"kind": warning.kind, "day": warning.day, "text": warning.text} for warning in found.warnings
    ]
    answer({"posts": posts, "warnings": warnings}, json=json)


@app.command()
def effect(
    item_id: UUID,
    window: Annotated[
        int, typer.Option(min=1, max=90, help="Days after opening in which an order counts.")
    ] = DEFAULT_WINDOW,
    json: Json = False,
) -> None:
    """Tell what an item did: seen, answered, followed, bought after."""
    item = get_item(item_id)
    with open_analysis() as analysis:
        found = get_effect(
            analysis, item.pk, zone=get_brand().zone, currency=get_brand().currency, window_days=window
        )
    answer({"item": item.title, "window_days": window, **found.figures()}, json=json)


@app.command()
def publish(json: Json = False) -> None:
    """Publish now what is due; the worker does so every minute."""
    answer({"places": publish_what_is_due(clock.now())}, json=json)


@app.command()
def material(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    name: str,
    rights: Annotated[str, typer.Option(help="own, licensed, member or free.")] = "own",
    holder: Annotated[str, typer.Option(help="Who holds the rights.")] = "",
    json: Json = False,
) -> None:
    """Put a picture into the library of materials."""
    with file.open("rb") as picture:
        kept = keep_picture(picture)
    facts = MaterialFacts(name=name, rights=rights, rights_holder=holder)
    answer(add_material(**act_of_owner(), facts=facts, picture=kept).__dict__, json=json)


@app.command()
def submissions(
    state: Annotated[
        str, typer.Option(help="received, accepted, rejected, withdrawn or hidden.")
    ] = "received",
    json: Json = False,
) -> None:
    """List what members sent in."""
    found = list_submissions(state=state).order_by("-received_at")[:200]
    rows = [
        {
            "id": row.pk,
            "title": row.title,
            "kind": row.kind,
            "state": row.state,
            "is_purchase_verified": row.is_purchase_verified,
            "received_at": row.received_at,
        }
        for row in found
    ]
    answer({"submissions": rows}, json=json)


@app.command()
def accept(
    submission_id: UUID,
    points: Annotated[int, typer.Option(min=0, max=10_000, help="Points as a thank-you.")] = 0,
    json: Json = False,
) -> None:
    """Take a submission into the gallery."""
    accepted = accept_submission(**act_of_owner(), submission_id=submission_id, points=points)
    answer(accepted.__dict__, json=json)


@app.command()
def reject(submission_id: UUID, reason: str, json: Json = False) -> None:
    """Turn a submission down with a reason for its member."""
    rejected = reject_submission(**act_of_owner(), submission_id=submission_id, reason=reason)
    answer({"submission_id": rejected}, json=json)
