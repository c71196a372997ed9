"""Members as rules look at them: who they are now, whether they are staff, some of their attributes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from qunying.members.models import Attribute, Member
from qunying.members.queries.resolve_members import present_ids


@dataclass(frozen=True)
class Person:
    """Who an id stands for now; ``attributes`` holds those that were asked for and are known."""

    member_id: UUID
    is_staff: bool
    attributes: Mapping[str, str]


def find_people(member_ids: Collection[UUID], *, attributes: Collection[str] = ()) -> dict[UUID, Person]:
    """Return the people whom ids stand for, also ids that were merged since; unknown ids are left out."""
    now = present_ids(member_ids)
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


def list_by_birthday(day: date) -> dict[UUID, str]:
    """Return the members whose attribute ``birthday`` names a day, and what it says; on 28 February also those of the 29th."""
    endings = [f"{day.month:02d}-{day.day:02d}", f"{day.month}-{day.day}"]
    if (day.month, day.day) == (2, 28):
        endings += ["02-29", "2-29"]
    wanted = Q()
    for ending in endings:
        wanted |= Q(value=ending) | Q(value__endswith=f"-{ending}")
    rows = Attribute.objects.filter(wanted, name="birthday")
    return dict(rows.values_list("member_id", "value"))
