"""``qunying vetting``: what is held for review, from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.kernel.terminal import answer
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.queries.list_cases import list_cases

app = typer.Typer(no_args_is_help=True, help="What looks like cheating and is held for review.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
MOST_LISTED = 500


@app.command("list")
def listed(
    state: Annotated[str, typer.Option(help="waiting, released, refused, or appealed.")] = "waiting",
    json: Json = False,
) -> None:
    """List what is held."""
    shown = ("id", "subject_kind", "subject_id", "member_id", "reasons", "state", "filed_at")
    found = list_cases(state).order_by("-filed_at")[:MOST_LISTED]
    answer({"cases": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def decide(
    case_id: UUID,
    release: Annotated[bool, typer.Option("--release/--refuse", help="What becomes of it.")],
    explanation: Annotated[str, typer.Option(help="For the member; a refusal needs one.")] = "",
    json: Json = False,
) -> None:
    """Release what is held, or refuse it."""
    words: dict[str, Any] = {
        "command_id": str(new_id()),
        "actor": actors.system("command_line"),
        "now": clock.now(),
    }
    answer(asdict(decide_case(**words, case_id=case_id, release=release, explanation=explanation)), json=json)
