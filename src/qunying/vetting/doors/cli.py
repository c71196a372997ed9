"""``qunying vetting``: what is held for review, from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
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
    decided = decide_case(**act_of_owner(), case_id=case_id, release=release, explanation=explanation)
    answer(asdict(decided), json=json)
