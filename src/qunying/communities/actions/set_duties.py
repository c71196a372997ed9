"""Say what a role of a community does and may do."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import GroupMember, Permission, RoleDuty
from qunying.communities.profile import CommunityFieldInvalid
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def set_duties(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    role: str,
    duties: str,
    permissions: list[str],
) -> None:
    """Give a role of one community its duties and permissions.

    Raises:
        CommunityNotFound: when there is no such community.
        CommunityFieldInvalid: when there is no such role or permission.
        BadText: when the duties are too long.
    """
    community = get_community(community_id)
    if role not in GroupMember.Role.values:
        raise CommunityFieldInvalid(field="role", value=role[:50])
    unknown = sorted(set(permissions) - set(Permission.values))
    if unknown:
        raise CommunityFieldInvalid(field="permissions", value=unknown[0][:50])
    duties = checked_text(duties, field="duties", max_length=1000, may_be_empty=True, lines=True)
    RoleDuty.objects.update_or_create(
        community=community,
        role=role,
        defaults={"duties": duties, "permissions": sorted(set(permissions))},
    )
