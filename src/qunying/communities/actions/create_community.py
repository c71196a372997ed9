"""Set up a community."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.communities.chronicle import keep_rules
from qunying.communities.models import Community
from qunying.communities.profile import CommunityProfile
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class CommunityCreated:
    """The new community."""

    community_id: UUID


@action
def create_community(
    *, command_id: str, actor: Actor, now: datetime, profile: CommunityProfile
) -> CommunityCreated:
    """Set up a community.

    Raises:
        CommunityFieldInvalid, CommunityNameTaken, GroupTaken, BadText, ChannelNotFound: when a field cannot be what it is.
    """
    community = Community.objects.create(**profile.checked(), created_at=now)
    keep_rules(community, now, actor)
    return CommunityCreated(community.id)
