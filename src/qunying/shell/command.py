"""The command line: ``qunying NOUN VERB``, mounted from the nouns' doors."""

import os
import sys
from contextlib import ExitStack

CREATES_HOME = {"run", "import", "simulate", "migrate"}
STARTS_NO_SERVER = {"worker"}


def main() -> None:
    """Run a command in the installation that ``QUNYING_HOME`` (or ``DATABASE_URL``) names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunying.shell.settings")
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    wants_help = "--help" in sys.argv or not words
    with ExitStack() as installation:
        if not wants_help:
            from qunying.shell.installation import open_installation

            installation.enter_context(open_installation(create=words[0] in CREATES_HOME))
        import django

        django.setup()
        from qunying.shell.commands import app

        app()
