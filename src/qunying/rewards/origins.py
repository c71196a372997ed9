"""Where movements came from, as the nouns above know it: they say what they gave points for, or took them for.

register_origins(_find)   # (ids of a member, ids of transactions and grants) → those of them that are the noun's
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Source:
    """Where a movement came from: in words, the staff's page about it (URL name and id), and the members' page."""

    text: str
    page: str = ""
    key: UUID | None = None
    member_page: str = field(default="", compare=False)


type Find = Callable[[Collection[UUID], Collection[UUID]], Mapping[UUID, Source]]

_finders: list[Find] = []


def register_origins(find: Find) -> None:
    """Let a noun say where movements came from.

    Args:
        find: is given the ids of one person, and of transactions and grants of points; returns what it knows of these.
    """
    _finders.append(find)


def find_origins(member_ids: Collection[UUID], ids: Collection[UUID]) -> dict[UUID, Source]:
    """Return where transactions and grants of a member came from, as far as a noun above knows; none is asked for nothing."""
    found: dict[UUID, Source] = {}
    for find in _finders:
        if left := set(ids) - set(found):
            found |= find(member_ids, left)
    return found
