"""``qunying moderation …``: each matter brings its own commands."""

import typer

from qunying.moderation.doors import cases_cli, deciding_cli, texts

app = typer.Typer(no_args_is_help=True, help="Moderation: detection, cases, decisions, penalties, appeals.")
app.command()(texts.classify)
app.command()(texts.train)
app.command()(cases_cli.queue)
app.command()(cases_cli.penalties)
app.command()(cases_cli.appeals)
app.command()(cases_cli.rules)
app.command("open-case")(deciding_cli.bring_up)
app.command()(deciding_cli.decide)
app.command()(deciding_cli.penalise)
app.command()(deciding_cli.lift)
app.command()(deciding_cli.appeal)
app.command()(deciding_cli.judge)
app.command("import-words")(cases_cli.take_words)
app.command("export-words")(cases_cli.give_words)
