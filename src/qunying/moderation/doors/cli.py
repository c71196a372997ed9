"""``qunying moderation …``: each matter brings its own commands."""

import typer

from qunying.moderation.doors import cases_cli, texts

app = typer.Typer(no_args_is_help=True, help="Moderation: detection, cases, penalties, appeals.")
app.command()(texts.classify)
app.command()(texts.train)
app.command()(cases_cli.queue)
app.command()(cases_cli.penalties)
app.command()(cases_cli.appeals)
app.command()(cases_cli.rules)
app.command("import-words")(cases_cli.take_words)
app.command("export-words")(cases_cli.give_words)
