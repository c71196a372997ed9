"""From ids written down long ago to the members that they now are, for many at once."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def resolve_members(member_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return those of the ids that were merged into another member since, with the member that they now are."""
    asked = list(member_ids)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, member_id FROM identity_map WHERE key = ANY(%s)", [asked])
        return dict(cursor.fetchall())


def present_ids(member_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return each of the ids with the member that it now stands for: itself, unless it was merged."""
    known = set(member_ids)
    return {**{member_id: member_id for member_id in known}, **resolve_members(known)}
