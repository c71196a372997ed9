"""A member joins a community through one of its links."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.communities.joining import CommunityFull, let_in
from qunying.communities.models import Restriction
from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.communities.queries.get_community import get_open_link
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import lock_living_member

__all__ = ["CommunityFull", "Joined", "join_by_link"]


@dataclass(frozen=True)
class Joined:
    """The membership; ``already`` when the member was in before."""

    community_id: UUID
    already: bool


@action
def join_by_link(*, command_id: str, actor: Actor, now: datetime, token: str, member_id: UUID) -> Joined:
    """Let a member in, with the link's source; being in already is no mistake.

    Raises:
        JoinLinkNotFound: when the link is closed or unknown.
        CommunityFull: when there is no room.
        MemberNotFound: when there is no such member.
        MemberRestricted: when the member is kept out.
    """
    link = get_open_link(token)
    member_id = lock_living_member(member_id).id
    require_unrestricted(member_id, link.community_id, now, takes=Restriction.Takes.JOINING)
    is_new = let_in(link.community_id, member_id, source=link.source, now=now)
    return Joined(link.community_id, already=not is_new)
