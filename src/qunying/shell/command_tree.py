"""The command tree: ``qunying NOUN VERB`` from the nouns' doors, and the few commands of the installation itself."""

from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import activate

from qunying.kernel.terminal import answer
from qunying.shell.nouns import doors

# Commands of the installation itself; they start without waiting for any noun to be imported.
OWN = {"run", "worker", "migrate"}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Qunying (群盈): community marketing, from data to proof.",
)


def command_tree(word: str = "") -> typer.Typer:
    """Return the commands; where the first word on the command line tells which noun is asked for, only of that one."""
    if word in OWN:
        return app
    for noun, door in doors("cli", only=word):
        app.add_typer(door.app, name=getattr(door, "name", noun))
        if hasattr(door, "audit"):
            app.command("audit")(door.audit)
    if word in {"", "simulate"}:
        from qunying.sample.doors.cli import simulate

        app.command("simulate")(simulate)
    return app


@app.callback()
def choose_language() -> None:
    """Speak English on the command line, whatever the brand's pages speak."""
    activate("en")


@app.command()
def migrate(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Set up the home where there is none, and bring its database up to date."""
    answer({"home": str(settings.HOME), "schema": "in step"}, json=json)


@app.command()
def run(
    port: Annotated[
        int | None, typer.Option(help="The port to listen at; by default 8000 or the next free one.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    sample: Annotated[
        bool, typer.Option("--sample", help="Load the sample brand into an empty installation.")
    ] = False,
) -> None:
    """Start Qunying and stay up; Ctrl-C stops everything."""
    from qunying.shell.run import run as run_installation

    run_installation(port=port, host=host, sample=sample)


@app.command()
def worker() -> None:
    """Run jobs until stopped (``qunying run`` starts one by itself)."""
    from qunying.shell.worker import run_worker

    activate(settings.LANGUAGE_CODE)  # what it writes goes to members
    run_worker()
