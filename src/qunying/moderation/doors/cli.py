"""``qunying moderation …``: each matter brings its own commands."""

import typer

from qunying.moderation.doors import texts

app = typer.Typer(no_args_is_help=True, help="Moderation: detection, cases, penalties, appeals.")
app.command()(texts.classify)
app.command()(texts.train)
