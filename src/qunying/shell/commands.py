"""The command tree: ``qunying NOUN VERB`` from the nouns' doors, and the few commands of the installation itself."""

import typer

from qunying.shell.nouns import doors

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Qunying (群盈): community marketing, from data to proof.")

for noun, door in doors("cli"):
    app.add_typer(door.app, name=getattr(door, "name", noun))
