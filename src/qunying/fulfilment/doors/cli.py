"""``qunying fulfilment``: the queue from the machine's own shell."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from qunying.fulfilment.actions.export_packing_list import export_packing_list
from qunying.fulfilment.actions.hand_over import hand_over
from qunying.fulfilment.actions.import_tracking import import_tracking
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.doors.packing_list import packing_header, packing_rows
from qunying.fulfilment.queries.list_fulfilments import count_views, list_fulfilments
from qunying.fulfilment.tracking_file import read_tracking
from qunying.kernel import clock
from qunying.kernel.terminal import act_of_owner, answer
from qunying.kernel.web import csv_text

app = typer.Typer(no_args_is_help=True, help="What is to be sent to members, or handed over.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
SHOWN = (
    "id",
    "title",
    "quantity",
    "state",
    "way",
    "carrier",
    "tracking",
    "due_at",
    "source",
    "source_id",
    "member_id",
)


@app.command("list")
def listed(
    view: Annotated[str, typer.Option(help="ready, waiting, pickup, overdue, a state, or all.")] = "all",
    json: Json = False,
) -> None:
    """List what is in a view of the queue, those due soonest first; addresses are not shown."""
    now = clock.now()
    rows = list_fulfilments(now, view=view).order_by("due_at", "id")[:500]
    items = [{name: getattr(row, name) for name in SHOWN} for row in rows]
    answer({"counts": count_views(now), "fulfilments": items}, json=json)


@app.command()
def send(number: int, carrier: str, tracking: str, json: Json = False) -> None:
    """Note one as sent."""
    send_fulfilment(**act_of_owner(), number=number, carrier=carrier, tracking=tracking)
    answer({"number": number, "state": "sent"}, json=json)


@app.command()
def tracking(file: Path, json: Json = False) -> None:
    """Import tracking numbers from a CSV or XLSX file with the columns “number”, “carrier”, “tracking number”."""
    answer(asdict(import_tracking(**act_of_owner(), rows=read_tracking(file))), json=json)


@app.command()
def packing(file: Path, json: Json = False) -> None:
    """Write the packing list with whole addresses into a CSV file; that is recorded."""
    numbers = export_packing_list(**act_of_owner())
    file.write_text("\ufeff" + csv_text(packing_header(), packing_rows(numbers)), encoding="utf-8")
    answer({"file": str(file), "rows": len(numbers)}, json=json)


@app.command("hand-over")
def handed_over(code: str, json: Json = False) -> None:
    """Hand out what waits for a code."""
    answer(asdict(hand_over(**act_of_owner(), code=code)), json=json)
