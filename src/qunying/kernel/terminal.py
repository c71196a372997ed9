"""What every command-line door needs: one way to answer, for people or as JSON."""

import json as json_module
import os
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python
from rich.console import Console
from rich.table import Table


def answer(result: Mapping[str, Any], *, json: bool) -> None:
    """Print a result: one JSON object, or a table of its fields. It names the home that it came from."""
    named = {**result, "home": os.environ.get("QUNYING_HOME", "")}
    if json:
        print(json_module.dumps(to_jsonable_python(named), ensure_ascii=False))  # noqa: T201 - the door's voice
        return
    table = Table(show_header=False, box=None)
    for name, value in named.items():
        shown = (
            value
            if isinstance(value, str)
            else json_module.dumps(to_jsonable_python(value), ensure_ascii=False)
        )
        table.add_row(name, shown)
    Console().print(table)
