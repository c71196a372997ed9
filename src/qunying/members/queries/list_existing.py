"""From ids to the members that they stand for, in one statement."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from qunying.members.models import IdentityMap, Member, Tombstone
from qunying.members.queries.get_member import MemberErased, MemberNotFound


def list_existing(member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the member that each id now stands for (merged or itself); unknown ids and those of erased people are left out."""
    merged = dict(IdentityMap.objects.filter(key__in=member_ids).values_list("key", "member_id"))
    own = Member.objects.filter(pk__in=[key for key in member_ids if key not in merged])
    found = {**merged, **{key: key for key in own.values_list("pk", flat=True)}}
    erased = set(Tombstone.objects.filter(member__in=found.values()).values_list("member_id", flat=True))
    return {key: member for key, member in found.items() if member not in erased}


def list_as_written(member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the members under whose ids history is written: each id itself where a member has or had it, merged or not,
    else (a linked visitor) the member that it now stands for; unknown ids are left out."""
    own = Member.objects.filter(pk__in=member_ids).values_list("pk", flat=True)
    return {**list_existing(member_ids), **{key: key for key in own}}


def list_erased(ids: Collection[UUID]) -> set[UUID]:
    """Return those of the ids (of members, merged or not, or of linked visitors) that stand for people who were erased."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.id FROM unnest(%s::uuid[]) AS asked (id) LEFT JOIN identity_map known ON known.key = asked.id"
            " JOIN members_tombstone stone ON stone.member_id = coalesce(known.member_id, asked.id)",
            [list(ids)],
        )
        return {id_ for (id_,) in cursor.fetchall()}


def find_existing(member_id: UUID) -> UUID:
    """Return the member that an id now stands for.

    Raises:
        MemberNotFound: when there is none.
        MemberErased: when the person was erased.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, EXISTS (SELECT FROM members_tombstone WHERE member_id = id) FROM (SELECT coalesce("
            "(SELECT member_id FROM identity_map WHERE key = %s), (SELECT id FROM members_member WHERE id = %s)) AS id) who",
            [member_id, member_id],
        )
        found, is_erased = cursor.fetchone()
    if found is None:
        raise MemberNotFound(member_id=str(member_id))
    if is_erased:
        raise MemberErased(member_id=str(member_id))
    return UUID(str(found))
