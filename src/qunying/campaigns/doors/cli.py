"""``qunying campaigns``: look at campaigns, their pre-flight and their report; launch and close them."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from qunying.campaigns.actions.close_campaign import close_campaign
from qunying.campaigns.actions.launch_campaign import launch_campaign
from qunying.campaigns.doors.report_pages import report_document
from qunying.campaigns.models import State
from qunying.campaigns.queries.describe_campaign import describe_campaign
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.queries.get_preflight import get_preflight
from qunying.campaigns.queries.get_report import get_report, report_time
from qunying.campaigns.queries.list_campaigns import list_campaigns
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer

app = typer.Typer(no_args_is_help=True, help="Campaigns from plan to proof.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 500


@app.command("list")
def list_all(
    state: Annotated[
        str, typer.Option(help="draft, submitted, approved, running, closed or cancelled.")
    ] = "",
    json: Json = False,
) -> None:
    """List campaigns, newest first."""
    found = list_campaigns(states=[state] if state in State.values else []).order_by("-created_at")[
        :MOST_LISTED
    ]
    shown = (
        "id",
        "name",
        "state",
        "starts_on",
        "ends_on",
        "treatment_count",
        "control_count",
        "is_simulated",
    )
    answer({"campaigns": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def show(campaign_id: UUID, json: Json = False) -> None:
    """Show one campaign."""
    answer(describe_campaign(get_campaign(campaign_id)), json=json)


@app.command()
def preflight(campaign_id: UUID, json: Json = False) -> None:
    """Say what a launch now would meet."""
    found = get_preflight(campaign_id, clock.now())
    answer({**asdict(found), "may_launch": found.may_launch}, json=json)


@app.command()
def launch(campaign_id: UUID, json: Json = False) -> None:
    """Launch an approved campaign."""
    launched = launch_campaign(**act_of_owner(), campaign_id=campaign_id)
    answer(asdict(launched), json=json)


@app.command()
def close(campaign_id: UUID, json: Json = False) -> None:
    """Close a running campaign."""
    answer(asdict(close_campaign(**act_of_owner(), campaign_id=campaign_id)), json=json)


@app.command()
def report(
    campaign_id: UUID,
    as_of: Annotated[
        datetime | None, typer.Option(help="Instant in UTC; default: now, or the brand's own.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write the report to this file.")] = None,
    json: Json = False,
) -> None:
    """Report what a campaign did, against those who were held out."""
    campaign = get_campaign(campaign_id)
    instant = as_of.replace(tzinfo=UTC) if as_of else report_time(campaign, clock.now())
    found = get_report(campaign_id, instant)
    if html is not None:
        html.write_text(report_document(found), encoding="utf-8")
    answer(asdict(found), json=json)
