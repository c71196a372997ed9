"""``python -m qunying``."""

from qunying.shell.command import main

main()
