"""From many ids to the members that they stand for."""

from collections.abc import Collection
from uuid import UUID

from qunying.members.models import IdentityMap, Member


def list_existing(member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the member that each id now stands for (merged or itself); unknown ids are left out."""
    merged = dict(IdentityMap.objects.filter(key__in=member_ids).values_list("key", "member_id"))
    own = Member.objects.filter(pk__in=[key for key in member_ids if key not in merged])
    return {**merged, **{key: key for key in own.values_list("pk", flat=True)}}
