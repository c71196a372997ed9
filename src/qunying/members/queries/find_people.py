"""Members as rules look at them: who they are now, whether they are staff, some of their attributes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from qunying.members.models import Attribute, Member
from qunying.members.queries.resolve_members import resolve_members


@dataclass(frozen=True)
class Person:
    """Who an id stands for now; ``attributes`` holds those that were asked for and are known."""

    member_id: UUID
    is_staff: bool
    attributes: Mapping[str, str]


def find_people(member_ids: Collection[UUID], *, attributes: Collection[str] = ()) -> dict[UUID, Person]:
    """Return the people whom ids stand for, also ids that were merged since; unknown ids are left out."""
    merged = resolve_members(member_ids)
    now = {key: merged.get(key, key) for key in member_ids}
    staff = dict(Member.objects.filter(pk__in=set(now.values())).values_list("id", "is_staff"))
    known: dict[UUID, dict[str, str]] = {}
    rows = (
        Attribute.objects.filter(member_id__in=list(staff), name__in=list(attributes)) if attributes else []
    )
    for row in rows:
        known.setdefault(row.member_id, {})[row.name] = row.value
    return {
        key: Person(member, staff[member], known.get(member, {}))
        for key, member in now.items()
        if member in staff
    }
