"""Change what somebody is in a community: owner, admin or member."""

from datetime import datetime

from qunying.communities.actions.leave_community import NotInCommunity
from qunying.communities.events import COMMUNITY_ROLE_CHANGED
from qunying.communities.models import GroupMember
from qunying.communities.profile import CommunityFieldInvalid
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


@action
def change_role(*, command_id: str, actor: Actor, now: datetime, group_member_id: int, role: str) -> None:
    """Give a person another role in the community that they are in.

    Raises:
        NotInCommunity: when the stay has ended or does not exist.
        CommunityFieldInvalid: when there is no such role.
    """
    if role not in GroupMember.Role.values:
        raise CommunityFieldInvalid(field="role", value=role[:50])
    stay = GroupMember.objects.select_for_update().filter(pk=group_member_id, left_at=None).first()
    if stay is None:
        raise NotInCommunity
    if stay.role == role:
        return
    record(
        NewEvent(
            type=COMMUNITY_ROLE_CHANGED,
            occurred_at=now,
            received_at=now,
            member_id=stay.member_id,
            community_id=stay.community_id,
            properties={"old": stay.role, "new": role},
        )
    )
    stay.role = role
    stay.save(update_fields=["role"])
