"""The names under which people appear in public: chosen ones, or masked ones."""

import re
from collections.abc import Collection
from uuid import UUID

from django.db import connection

from qunying.members.queries.describe_members import pseudonym

_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\+?\d[\d -]{5,}\d")

# Of each id: who it is now, the name that they chose, and their own.
_CALLED = """
SELECT asked.id, coalesce(map.member_id, asked.id), chosen.name, person.name
FROM unnest(%s::uuid[]) AS asked(id)
LEFT JOIN identity_map map ON map.key = asked.id
LEFT JOIN content_publicname chosen ON chosen.member_id = coalesce(map.member_id, asked.id)
LEFT JOIN members_member person ON person.id = coalesce(map.member_id, asked.id)
"""


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
    """Return how members are called in public: the name they chose, else their name masked, else a number.

    The number is in the reader's language: whoever writes a name down takes ``list_own_names``.
    """
    return {member_id: own or pseudonym(person) for member_id, person, own in _called(member_ids)}


def list_own_names(member_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the name that members chose, else their name masked; who has none is left out."""
    return {member_id: own for member_id, _person, own in _called(member_ids) if own}


def _called(member_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CALLED, [list(member_ids)])
        return [
            (member_id, person, chosen or (masked_name(name) if name else ""))
            for member_id, person, chosen, name in cursor.fetchall()
        ]
