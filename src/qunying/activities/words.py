"""The three arguments that go from an action to the actions that it calls."""

from datetime import datetime
from typing import TypedDict

from qunying.kernel import actors
from qunying.kernel.actors import Actor


class Words(TypedDict):
    """Command, actor and instant."""

    command_id: str
    actor: Actor
    now: datetime


def by_the_rules(words: Words) -> Words:
    """Return the words with which prizes are given: not by whoever is at the door, but by rules that were approved."""
    return {**words, "actor": actors.system("activities")}
