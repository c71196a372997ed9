"""The communities that somebody is in."""

from uuid import UUID

from qunying.communities.models import Community
from qunying.members.queries.get_member import list_own_ids


def list_communities_of(member_id: UUID) -> list[Community]:
    """Return the communities that a member is in now, under any of their ids, by name."""
    return list(
        Community.objects.filter(
            group_members__member__in=list_own_ids(member_id), group_members__left_at=None
        )
        .distinct()
        .order_by("name")
    )
