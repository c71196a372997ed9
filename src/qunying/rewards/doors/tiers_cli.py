"""``qunying rewards tiers``: tiers from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.refresh_tiers import refresh_tiers
from qunying.rewards.queries.get_tier import get_tier, list_levels
from qunying.rewards.tiers.drafting import TierPolicyNotFound, present_policy

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("list")
def levels(json: Json = False) -> None:
    """List the tiers in force with how many members have them."""
    row = present_policy(clock.now())
    if row is None:
        raise TierPolicyNotFound
    shown: list[dict[str, Any]] = [asdict(level) for level in list_levels(row)]
    answer({"number": row.number, "preset": row.preset, "since": row.since, "tiers": shown}, json=json)


@app.command()
def of(member_id: UUID, json: Json = False) -> None:
    """Show a member's tier, and what the next one takes and adds."""
    found = get_tier(member_id, clock.now())
    if found is None:
        raise TierPolicyNotFound
    answer(asdict(found), json=json)


@app.command()
def refresh(json: Json = False) -> None:
    """Find anew where members stand whose time has come or whose growth value has moved."""
    done = refresh_tiers(**act_of_owner())
    answer(asdict(done), json=json)
