"""``qunying import``: files from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from qunying.accounts.actions.change_brand import change_brand, checked_zone
from qunying.accounts.queries.get_brand import find_brand, get_brand
from qunying.intake.actions.receive_import import receive_import
from qunying.intake.actions.start_import import start_import
from qunying.intake.orders.fields import count_known
from qunying.intake.orders.importing import ImportRequest, Outcome, Step, import_orders
from qunying.intake.orders.mapping import OrderMapping
from qunying.intake.orders.running import run_import, share_done
from qunying.intake.queries.find_mapping import get_mapping
from qunying.kernel import actors, clock
from qunying.kernel.files.reading import read_table
from qunying.kernel.ids import new_id
from qunying.kernel.money import checked_currency
from qunying.kernel.terminal import answer

name = "import"
app = typer.Typer(no_args_is_help=True, help="Files from outside.")


@app.callback()
def import_files() -> None:
    """Take in files from outside."""


@app.command()
def orders(
    file: Annotated[Path, typer.Argument(help="A CSV (also gzip), XLSX or Parquet file of order lines.")],
    mapping: Annotated[
        str | None, typer.Option(help="A saved or ready mapping of columns; by default the headers decide.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="The zone of the times in the file; by default the brand's.")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="The currency of rows that name none; by default the brand's.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything, write nothing.")
    ] = False,
    drop_repeats: Annotated[
        bool, typer.Option("--drop-repeats", help="Reject rows that repeat another one exactly.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Import orders. Safe to repeat: the same file twice changes nothing."""
    zone = checked_zone(zone) if zone else None
    currency = checked_currency(currency) if currency else None
    chosen = get_mapping(mapping, read_table(file, count_known).header) if mapping else None
    actor = actors.system("command_line")
    with _bar(quiet=json) as step:
        if dry_run:
            brand = get_brand()
            request = ImportRequest(
                file,
                zone or brand.zone,
                currency or brand.currency,
                chosen,
                dry_run=True,
                drop_repeats=drop_repeats,
            )
            errors = Path(settings.FILES_ROOT) / "imports" / f"check-{new_id()}" / "errors.csv"
            outcome = import_orders(request, errors, actor=actor, now=clock.now(), step=step)
        else:
            outcome = _import(file, chosen, zone, currency, drop_repeats=drop_repeats, actor=actor, step=step)
    answer(outcome.as_json(), json=json)


def _import(
    file: Path,
    mapping: OrderMapping | None,
    zone: str | None,
    currency: str | None,
    *,
    drop_repeats: bool,
    actor: actors.Actor,
    step: Step,
) -> Outcome:
    run_id = receive_import(
        command_id=str(new_id()),
        actor=actor,
        now=clock.now(),
        run_id=new_id(),
        path=str(file.resolve()),
        file_name=file.name,
    )
    if (
        find_brand() is None
    ):  # this command has just made the home: the file is the first that is known of the brand
        change_brand(command_id=str(new_id()), actor=actor, now=clock.now(), zone=zone, currency=currency)
    start_import(
        command_id=str(new_id()),
        actor=actor,
        now=clock.now(),
        run_id=run_id,
        mapping=mapping.as_json() if mapping else None,
        zone=zone,
        currency=currency,
        drop_repeats=drop_repeats,
        by_job=False,
    )
    return run_import(run_id, actor=actor, clock=clock.now, watch=step)


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Step]:
    """Show progress on the error output of a terminal."""
    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("reading", total=1)
        yield lambda stage, share: progress.update(
            task, description=stage, completed=share_done(stage, share)
        )
