"""Many members at once, by their ids."""

from collections.abc import Sequence
from uuid import UUID

from qunying.members.models import IdentityMap, Member


def find_members(member_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return, for each id that is known, the id of the member that it now stands for (their own, unless they
    were merged)."""
    moved = dict(IdentityMap.objects.filter(key__in=member_ids).values_list("key", "member_id"))
    found = set(Member.objects.filter(pk__in=member_ids).values_list("id", flat=True)) | set(moved)
    return {member_id: moved.get(member_id, member_id) for member_id in member_ids if member_id in found}


def list_names(member_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the names of members by their ids; empty texts where the name is not known."""
    return dict(Member.objects.filter(pk__in=member_ids).values_list("id", "name"))
