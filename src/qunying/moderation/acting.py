"""Under which command something is done; handed on to the actions of the nouns below."""

from datetime import datetime
from typing import TypedDict

from qunying.kernel.actors import Actor


class Act(TypedDict):
    """Under which command, by whom and when."""

    command_id: str
    actor: Actor
    now: datetime
