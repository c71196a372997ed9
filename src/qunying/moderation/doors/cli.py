"""``qunying moderation …``: each matter brings its own commands."""

import typer

app = typer.Typer(no_args_is_help=True, help="Moderation: detection, cases, penalties, appeals.")
