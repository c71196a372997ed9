"""Change what a community says of itself, or its state."""

from datetime import datetime
from uuid import UUID

from qunying.communities.chronicle import keep_rules, note_state
from qunying.communities.models import Community
from qunying.communities.profile import CommunityProfile
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def change_community(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, profile: CommunityProfile
) -> None:
    """Replace the profile of a community.

    Raises:
        CommunityNotFound: when there is none.
        CommunityFieldInvalid, CommunityNameTaken, GroupTaken, BadText, ChannelNotFound: when a field cannot be what it is.
    """
    community = Community.objects.select_for_update().filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    old_state = community.state
    for field, value in profile.checked(of=community).items():
        setattr(community, field, value)
    community.save()
    note_state(community, old_state, now)
    keep_rules(community, now, actor)
