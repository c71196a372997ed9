"""The names under which people appear in public: chosen ones, or masked ones."""

import re
from collections.abc import Collection
from uuid import UUID

from qunying.content.models import PublicName
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.list_names import list_names
from qunying.members.queries.resolve_members import resolve_members

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d -]{5,}\d")


def masked_name(name: str) -> str:
    """Return a name of which only the first sign shows: 王**, A***."""
    name = name.strip()
    if not name:
        return "***"
    return f"{name[0]}**" if ord(name[0]) >= 0x2E80 else f"{name[0]}***"


def without_contacts(text: str) -> str:
    """Return a text whose phone numbers and addresses are covered."""
    return _CONTACT.sub("***", text)


def list_public_names(member_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return how members are called in public: the name they chose, else their name masked, else a number."""
    now = resolve_members(member_ids)
    present = {member_id: now.get(member_id, member_id) for member_id in member_ids}
    chosen = dict(PublicName.objects.filter(pk__in=present.values()).values_list("member_id", "name"))
    known = list_names(set(present.values()) - set(chosen))
    return {
        member_id: chosen.get(person)
        or (masked_name(known[person]) if known.get(person) else pseudonym(person))
        for member_id, person in present.items()
    }
