"""``qunying activities``: activities from the machine's own shell."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.close_activity import close_activity
from qunying.activities.actions.draw_winners import draw_winners
from qunying.activities.actions.make_up_day import make_up_day
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.redeem_right import redeem_right
from qunying.activities.actions.settle_activity import settle_activity
from qunying.activities.actions.state_outcome import state_outcome
from qunying.activities.actions.take_part import take_part
from qunying.activities.checklist import check_launch
from qunying.activities.doors import kinds_cli
from qunying.activities.kinds import kind_of
from qunying.activities.queries.count_answers import count_answers
from qunying.activities.queries.foresee_activity import foresee_activity
from qunying.activities.queries.get_activity import get_activity, list_activities
from qunying.activities.queries.get_proof import proof_archive
from qunying.activities.queries.list_rights import get_right_by_code
from qunying.activities.queries.watch_activity import watch_activity
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer

app = typer.Typer(no_args_is_help=True, help="Activities: lotteries, red packets and the like.")
app.add_typer(kinds_cli.app)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 500


@app.command("list")
def listed(
    state: Annotated[str, typer.Option(help="draft, approved, open, closed, settled or cancelled.")] = "",
    kind: Annotated[str, typer.Option(help="wheel, draw, flash_sale …")] = "",
    search: Annotated[str, typer.Option(help="Part of a title or of a partner's name.")] = "",
    json: Json = False,
) -> None:
    """List activities, newest first."""
    shown = ("id", "kind", "title", "state", "opens_at", "closes_at")
    rows = list_activities(state=state, kind=kind and kind_of(kind).slug, search=search)
    found = rows.order_by("-created_at")[:MOST_LISTED]
    answer({"activities": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def show(activity_id: UUID, json: Json = False) -> None:
    """Show an activity: its checklist before it opens, then what goes on."""
    found = get_activity(activity_id)
    told: dict[str, Any] = {"title": found.title, "state": found.state, "rules_hash": found.rules_hash}
    if "partner" in found.settings:
        told["partner"] = found.settings["partner"]
    if found.opened_at is None:
        told["checklist"] = [asdict(item) for item in check_launch(found, clock.now())]
    else:
        told |= {"commitment": found.commitment, "live": asdict(watch_activity(found))}
    answer(told, json=json)


@app.command("open")
def open_it(activity_id: UUID, json: Json = False) -> None:
    """Open an approved activity."""
    answer(asdict(open_activity(**act_of_owner(), activity_id=activity_id)), json=json)


@app.command()
def part(
    activity_id: UUID,
    member_id: UUID,
    choice: Annotated[str, typer.Option(help="A word for the wheel, an answer.")] = "",
    pay_points: Annotated[
        int, typer.Option(min=0, help="What the member agreed to pay, if the turn is not free.")
    ] = 0,
    json: Json = False,
) -> None:
    """Take part in the name of a member."""
    took = take_part(
        **act_of_owner(), activity_id=activity_id, member_id=member_id, choice=choice, pay_points=pay_points
    )
    answer(asdict(took), json=json)


@app.command()
def close(activity_id: UUID, json: Json = False) -> None:
    """Close an activity at its end."""
    answer({"root": close_activity(**act_of_owner(), activity_id=activity_id)}, json=json)


@app.command()
def settle(activity_id: UUID, json: Json = False) -> None:
    """Publish the result of a closed activity."""
    answer(asdict(settle_activity(**act_of_owner(), activity_id=activity_id)), json=json)


@app.command()
def draw(activity_id: UUID, source: str, value: str, json: Json = False) -> None:
    """Draw the winners of a scheduled draw with its public value."""
    drawn = draw_winners(**act_of_owner(), activity_id=activity_id, source=source, value=value)
    answer(asdict(drawn), json=json)


@app.command()
def answers(activity_id: UUID, json: Json = False) -> None:
    """Count votes, guesses, or the scores of a quiz."""
    answer({"answers": [asdict(row) for row in count_answers(get_activity(activity_id))]}, json=json)


@app.command("state-outcome")
def enter_outcome(activity_id: UUID, outcome: str, source: str, evidence: str, json: Json = False) -> None:
    """Enter the outcome of a closed guess; somebody else confirms it in the console."""
    said = state_outcome(
        **act_of_owner(), activity_id=activity_id, answer=outcome, source=source, evidence=evidence
    )
    answer({"answer": said}, json=json)


@app.command("make-up")
def make_up(activity_id: UUID, member_id: UUID, day: datetime, json: Json = False) -> None:
    """Make up a missed day of a check-in in the name of a member."""
    made = make_up_day(**act_of_owner(), activity_id=activity_id, member_id=member_id, day=day.date())
    answer(asdict(made), json=json)


@app.command()
def proof(activity_id: UUID, file: Path, json: Json = False) -> None:
    """Write the published result, with the script that checks it, into a ZIP file."""
    packed = proof_archive(get_activity(activity_id))
    file.write_bytes(packed)
    answer({"file": str(file), "bytes": len(packed)}, json=json)


@app.command()
def simulate(
    activity_id: UUID,
    per_hour: Annotated[float, typer.Argument(min=0, help="Members expected per hour, on average.")],
    turns: Annotated[float, typer.Option(min=1, help="How often each takes part, on average.")] = 1.0,
    used: Annotated[float, typer.Option(min=0.01, max=1, help="Share of rights that are bought.")] = 1.0,
    json: Json = False,
) -> None:
    """Play an activity a thousand times under its rules: winners, teams, stock-out, cost."""
    activity = get_activity(activity_id)
    found = foresee_activity(activity, per_hour=per_hour, turns=turns, used=used, now=clock.now())
    answer(asdict(found), json=json)


@app.command()
def right(code: str, json: Json = False) -> None:
    """Show the right to buy whose code a member shows."""
    found = get_right_by_code(code)
    shown = (
        "id",
        "activity_id",
        "member_id",
        "state",
        "lines",
        "total_minor",
        "currency",
        "expires_at",
        "order_number",
    )
    answer({key: getattr(found, key) for key in shown}, json=json)


@app.command()
def redeem(code: str, order_number: str, json: Json = False) -> None:
    """Confirm that an order used a right to buy."""
    found = get_right_by_code(code)
    answer(asdict(redeem_right(**act_of_owner(), right_id=found.id, order_number=order_number)), json=json)


@app.command("give-up")
def give_up(code: str, json: Json = False) -> None:
    """Cancel a right to buy; its units are for the next who asks."""
    answer({"state": cancel_right(**act_of_owner(), right_id=get_right_by_code(code).id)}, json=json)


@app.command()
def rank(activity_id: UUID, json: Json = False) -> None:
    """Rank the entries of a flash sale's fair window that is over."""
    answer(asdict(rank_window(**act_of_owner(), activity_id=activity_id)), json=json)
