"""``qunying messages``: what waits, what went out, and sending by hand."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from qunying.kernel import clock
from qunying.kernel.actors import system
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.actions.switch_notice import switch_notice
from qunying.messages.queries.list_by_hand import list_by_hand
from qunying.messages.queries.list_notices import list_notices
from qunying.messages.queries.list_sends import count_states

app = typer.Typer(no_args_is_help=True, help="Messages: what waits, what went out.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def dispatch(json: Json = False) -> None:
    """Send what is due now (the worker does so by itself)."""
    answer(dispatch_due(clock=clock.now).__dict__, json=json)


@app.command()
def status(json: Json = False) -> None:
    """Count all messages by state."""
    answer({"states": count_states(datetime(2000, 1, 1, tzinfo=UTC))}, json=json)


@app.command("by-hand")
def by_hand(json: Json = False) -> None:
    """List the posts that wait for a person."""
    posts = [
        {"id": item.pk, "community": item.send.community_id, "title": item.send.plan.title, "text": item.body}
        for item in list_by_hand()
    ]
    answer({"posts": posts}, json=json)


@app.command()
def notices(json: Json = False) -> None:
    """List what members are told by itself, and whether it goes out."""
    answer({"notices": [row.__dict__ for row in list_notices()]}, json=json)


@app.command("switch-notice")
def switch(notice: str, off: Annotated[bool, typer.Option("--off")] = False, json: Json = False) -> None:
    """Switch a kind of notice on, or off with --off."""
    is_on = switch_notice(
        command_id=str(new_id()),
        actor=system("command_line"),
        now=clock.now(),
        notice=notice,
        is_on=not off,
    )
    answer({"notice": notice, "is_on": is_on}, json=json)
