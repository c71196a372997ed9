"""``qunying content …``: each matter brings its own commands."""

import typer

from qunying.content.doors.boards_cli import app as boards
from qunying.content.doors.items_cli import app as items

app = typer.Typer(no_args_is_help=True, help="Content: calendar, items, submissions, boards.")
app.add_typer(items)
app.add_typer(boards)
