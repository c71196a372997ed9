"""Who is in several communities, in none, in too many."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_PAIRS = """
WITH present AS MATERIALIZED (
    SELECT DISTINCT g.community_id, coalesce(k.member_id, g.member_id) AS member_id
    FROM communities_groupmember g LEFT JOIN identity_map k ON k.key = g.member_id
    WHERE g.left_at IS NULL AND g.member_id IS NOT NULL
), many AS MATERIALIZED (
    SELECT p.* FROM present p JOIN (
        SELECT member_id FROM present GROUP BY member_id HAVING count(*) > 1
    ) several USING (member_id)
)
SELECT a.community_id, b.community_id, count(*)
FROM many a JOIN many b ON b.member_id = a.member_id AND a.community_id < b.community_id
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
_SPREAD = """
SELECT communities, count(*) FROM (
    SELECT count(DISTINCT g.community_id) AS communities
    FROM communities_groupmember g LEFT JOIN identity_map k ON k.key = g.member_id
    WHERE g.left_at IS NULL AND g.member_id IS NOT NULL GROUP BY coalesce(k.member_id, g.member_id)
) per_member GROUP BY 1 ORDER BY 1
"""
_EVERYBODY = """
SELECT (SELECT count(*) FROM members_member)
     - (SELECT count(*) FROM identity_map k JOIN members_member m ON m.id = k.key)
"""
_NOWHERE = """
SELECT m.id, m.name, m.first_seen_at FROM members_member m
WHERE NOT EXISTS (SELECT 1 FROM communities_groupmember g WHERE g.left_at IS NULL AND g.member_id = m.id)
  AND NOT EXISTS (SELECT 1 FROM identity_map own JOIN communities_groupmember g ON g.member_id = own.key
                  WHERE own.member_id = m.id AND g.left_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM identity_map k WHERE k.key = m.id)
ORDER BY m.first_seen_at DESC, m.id DESC LIMIT %s
"""
_TOO_MANY = """
SELECT m.id, m.name, count(DISTINCT g.community_id) FROM communities_groupmember g
LEFT JOIN identity_map k ON k.key = g.member_id JOIN members_member m ON m.id = coalesce(k.member_id, g.member_id)
WHERE g.left_at IS NULL GROUP BY m.id, m.name HAVING count(DISTINCT g.community_id) >= %s ORDER BY 3 DESC, m.id LIMIT %s
"""


@dataclass(frozen=True)
class Overlap:
    """Two communities and how many known members are in both."""

    first: UUID
    second: UUID
    members: int


@dataclass(frozen=True)
class Spread:
    """How members spread over communities.

    Attributes:
        members: all of them.
        in_none: members in no community.
        by_number: number of communities → members who are in so many, from 1 up.
    """

    members: int
    in_none: int
    by_number: dict[int, int]

    def in_at_least(self, number: int) -> int:
        """Return how many members are in so many communities or more."""
        return sum(count for communities, count in self.by_number.items() if communities >= number)


@dataclass(frozen=True)
class Placed:
    """A member with their name and how many communities they are in."""

    member_id: UUID
    name: str
    communities: int


def list_overlaps() -> list[Overlap]:
    """Return every pair of communities that have members in common, most first."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        return [Overlap(*row) for row in cursor.fetchall()]


def get_spread() -> Spread:
    """Return how many members are in how many communities."""
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD)
        by_number = dict(cursor.fetchall())
        cursor.execute(_EVERYBODY)
        (members,) = cursor.fetchone()
    return Spread(members, members - sum(by_number.values()), by_number)


def list_members_in_none(*, limit: int = 100) -> list[Placed]:
    """Return members who are in no community, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_NOWHERE, [limit])
        return [Placed(member_id, name, 0) for member_id, name, _seen in cursor.fetchall()]


def list_members_in_many(*, least: int, limit: int = 100) -> list[Placed]:
    """Return members who are in ``least`` communities or more, those in most first."""
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MANY, [least, limit])
        return [Placed(*row) for row in cursor.fetchall()]
