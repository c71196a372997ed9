"""``qunying rewards codes``: batches of codes from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.create_code_batch import create_code_batch
from qunying.rewards.actions.enter_code import enter_code
from qunying.rewards.actions.export_code_batch import export_code_batch
from qunying.rewards.doors.pricing_cli import Json
from qunying.rewards.queries.list_code_batches import list_code_batches, list_codes

app = typer.Typer(no_args_is_help=True, help="Batches of codes, each of which brings one coupon.")


@app.command()
def batches(template_id: UUID, json: Json = False) -> None:
    """List the batches of a coupon template, newest first."""
    shown = ("id", "name", "count", "entered", "created_at", "exported_at")
    found = list_code_batches(template_id).order_by("-created_at")
    answer({"batches": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def create(
    template_id: UUID, name: str, count: Annotated[int, typer.Argument(min=1)], json: Json = False
) -> None:
    """Make codes of a coupon template."""
    batch_id = create_code_batch(**act_of_owner(), template_id=template_id, name=name, count=count)
    answer({"id": batch_id}, json=json)


@app.command()
def export(batch_id: UUID, json: Json = False) -> None:
    """Take the codes of a batch out; it is done once."""
    export_code_batch(**act_of_owner(), batch_id=batch_id)
    answer({"codes": [{"number": number, "code": code} for number, code in list_codes(batch_id)]}, json=json)


@app.command()
def enter(member_id: UUID, code: str, json: Json = False) -> None:
    """Give a member the coupon of a code that nobody has entered yet."""
    answer(asdict(enter_code(**act_of_owner(), member_id=member_id, code=code)), json=json)
