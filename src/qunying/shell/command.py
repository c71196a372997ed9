"""Where ``qunying NOUN VERB`` begins: the home, the database, the command, and what problems say."""

import os
import sys
from contextlib import ExitStack
from importlib import import_module

from qunying.kernel.home import Home
from qunying.kernel.problems import Problem

# Commands that may set up an empty home. All others say which home they looked in and stop.
MAY_CREATE_HOME = {"run", "import", "simulate", "migrate"}

# Commands that need no installation, with the module whose ``app`` has them. They start without the rest of the house.
BY_THEMSELVES = {
    "moderation classify": "qunying.moderation.doors.texts",
    "moderation train": "qunying.moderation.doors.texts",
}


def main() -> None:
    """Run a command in the installation that ``QUNYING_HOME`` names; exit by the kind of the problem, if there is one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunying.shell.settings")
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    only_asks = not words or "--help" in sys.argv or "--version" in sys.argv
    try:
        if module := BY_THEMSELVES.get(" ".join(sys.argv[1:3])):
            import_module(module).app(sys.argv[2:], prog_name="qunying moderation")
            return
        with ExitStack() as installation:
            if not only_asks:
                from qunying.shell.installation import open_installation

                home = installation.enter_context(open_installation(create=words[0] in MAY_CREATE_HOME))
                _know_address(home)
            import django

            django.setup()
            from qunying.shell.command_tree import command_tree

            command_tree(words[0] if words else "")()
    except Problem as problem:
        _explain(problem)
        sys.exit(problem.kind.exit_code)
    except Exception as error:
        from qunying.shell.failures import DatabaseAway, is_database_away

        if not is_database_away(error):
            raise
        _explain(DatabaseAway(), cause=str(error).partition("\n")[0])
        sys.exit(DatabaseAway.kind.exit_code)


def _know_address(home: Home) -> None:
    """Let links that a command prints lead to where the installation is served now, unless a setting says where that is."""
    from django.conf import settings

    from qunying.shell.supervisor import running_address

    if "QUNYING_PUBLIC_URL" not in os.environ:
        settings.PUBLIC_URL = running_address(home) or settings.PUBLIC_URL


def _explain(problem: Problem, *, cause: str = "") -> None:
    import django
    from django.utils.translation import override

    django.setup()  # messages are translated, and a home may be missing before that
    with override("en"):
        told = f"{problem.code}: {problem}" + (f" ({cause})" if cause else "")
        print(told, file=sys.stderr)  # noqa: T201 - the door's voice
