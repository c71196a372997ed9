"""What every action is told, and hands on to the actions that it calls."""

from datetime import datetime
from typing import TypedDict

from qunying.kernel.actors import Actor


class Act(TypedDict):
    """Under which command, by whom and when."""

    command_id: str
    actor: Actor
    now: datetime
