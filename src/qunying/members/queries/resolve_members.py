"""From ids written down long ago to the members that they now are, for many at once."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def resolve_members(member_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return those of the ids that were merged into another member since, with the member that they now are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, member_id FROM identity_map WHERE key = ANY(%s)", [list(member_ids)])
        return dict(cursor.fetchall())
