"""A member joins a community through one of its links."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.events import COMMUNITY_JOINED
from qunying.communities.models import Community, GroupMember, Restriction
from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.communities.queries.get_community import count_people, get_open_link
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import lock_member
from qunying.stream.record import NewEvent, record


class CommunityFull(Problem):
    """The community has reached its capacity."""

    code = "community_full"
    kind = Kind.CONFLICT
    message = _("“{name}” is full.")


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
    member_id = lock_member(member_id).id
    require_unrestricted(member_id, link.community_id, now, takes=Restriction.Takes.JOINING)
    community = Community.objects.select_for_update(no_key=True).get(pk=link.community_id)
    if GroupMember.objects.filter(community=community, member_id=member_id, left_at=None).exists():
        return Joined(community.id, already=True)
    if count_people(community.id) >= community.capacity:
        raise CommunityFull(name=community.name)
    GroupMember.objects.create(
        community=community,
        member_id=member_id,
        platform_user_id=f"member:{member_id}",
        source=link.source,
        joined_at=now,
    )
    record(
        NewEvent(
            type=COMMUNITY_JOINED,
            occurred_at=now,
            received_at=now,
            member_id=member_id,
            community_id=community.id,
            properties={"source": link.source, "role": GroupMember.Role.MEMBER},
        )
    )
    return Joined(community.id, already=False)
