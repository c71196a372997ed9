"""Somebody takes a list of members out of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.list_members import MemberFilter, walk_members

MAX_EXPORT = 10_000


@dataclass(frozen=True)
class MembersExported:
    """How many were taken out, by which filters; who they were is not kept."""

    count: int
    attributes: list[str]
    tags: list[str]
    was_search: bool
    with_contacts: bool


@action
def export_members(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    search: str = "",
    attributes: Sequence[tuple[str, str]] = (),
    tags: Sequence[str] = (),
) -> MembersExported:
    """Record an export before it leaves, with its size. At most 10,000; the rows are read after it.

    Args:
        search: as in ``list_members``.
        attributes: (name, value) pairs that all have to hold.
        tags: tags that all have to be there.
    """
    conditions = MemberFilter(tuple((name, value) for name, value in attributes), tuple(tags))
    batches = walk_members(actor=actor, search=search, conditions=conditions, limit=MAX_EXPORT)
    count = sum(len(batch) for batch in batches)
    return MembersExported(
        count=count,
        attributes=[f"{name}={value}" for name, value in conditions.attributes],
        tags=list(conditions.tags),
        was_search=bool(search.strip()),
        with_contacts=actor.may("members.see_contacts"),
    )
