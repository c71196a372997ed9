"""``qunying content …``: each matter brings its own commands."""

import typer

app = typer.Typer(no_args_is_help=True, help="Content: calendar, items, submissions, boards.")
