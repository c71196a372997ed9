"""What somebody is in a community."""

from uuid import UUID

from qunying.communities.models import GroupMember
from qunying.members.queries.get_member import list_own_ids, resolve_member_id


def find_role(member_id: UUID, community_id: UUID) -> str | None:
    """Return the role of a member in a community (``owner``, ``admin`` or ``member``), or None who is not in.

    Args:
        member_id: any id of the member; of several stays the highest role counts.
        community_id: where.
    """
    stays = GroupMember.objects.filter(
        community_id=community_id, member__in=list_own_ids(resolve_member_id(member_id)), left_at=None
    )
    held = set(stays.values_list("role", flat=True))
    return next((str(role) for role in GroupMember.Role.values if role in held), None)


def owns_a_community(member_id: UUID) -> bool:
    """Tell whether a member is the owner of any community that is not closed."""
    stays = GroupMember.objects.filter(
        member__in=list_own_ids(resolve_member_id(member_id)), left_at=None, role=GroupMember.Role.OWNER
    )
    return stays.exclude(community__state="closed").exists()
