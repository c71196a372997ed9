"""What every command-line door needs: one way to answer, for people or as JSON."""

import json as json_module
import os
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from qunying.kernel import actors, clock
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id


def act_of_owner() -> Act:
    """Return under which new command, by whom and when a command line acts: it belongs to the owner of the installation."""
    return Act(command_id=str(new_id()), actor=actors.system("command_line"), now=clock.now())


def answer(result: Mapping[str, Any], *, json: bool) -> None:
    """Print a result: one JSON object, or its fields, a line each and never cut off: a link is there to be copied. It names the
    home that it came from.
    """
    named = {**result, "home": os.environ.get("QUNYING_HOME", "")}
    if json:
        print(json_module.dumps(to_jsonable_python(named), ensure_ascii=False))  # noqa: T201 - the door's voice
        return
    width = max(map(len, named))
    for name, value in named.items():
        shown = (
            value
            if isinstance(value, str)
            else json_module.dumps(to_jsonable_python(value), ensure_ascii=False)
        )
        print(f"{name:<{width}}  {shown}")  # noqa: T201
