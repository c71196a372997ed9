"""Members who have one of some names."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

_NAMESAKES = """
SELECT lower(name), id FROM members_member
WHERE lower(name) = ANY(%s) AND NOT EXISTS (SELECT 1 FROM identity_map WHERE key = members_member.id)
"""


def list_namesakes(names: Iterable[str], *, most: int) -> dict[str, list[UUID]]:
    """Return the members of each name (in lower case), leaving out names that more than ``most`` have, and merged members."""
    wanted = sorted({name.lower() for name in names})
    found: dict[str, list[UUID]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_NAMESAKES, [wanted])
        for name, member_id in cursor.fetchall():
            found[name].append(member_id)
    return {name: sorted(members) for name, members in found.items() if len(members) <= most}
