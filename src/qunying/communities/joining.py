"""Letting a member into a community: the one place that counts heads."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.events import COMMUNITY_JOINED
from qunying.communities.models import Community, GroupMember
from qunying.communities.queries.get_community import count_people
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.record import NewEvent, record


class CommunityFull(Problem):
    """The community has reached its capacity."""

    code = "community_full"
    kind = Kind.CONFLICT
    message = _("“{name}” is full.")


def let_in(community_id: UUID, member_id: UUID, *, source: str, now: datetime, invited_by: str = "") -> bool:
    """Let a member in and return whether they are new; heads are counted with the community's row held.

    Raises:
        CommunityFull: when there is no room, or the community has closed.
    """
    rows = Community.objects.all()
    if not disabled_guard("communities.capacity"):
        rows = rows.select_for_update(no_key=True)
    community = rows.get(pk=community_id)
    if GroupMember.objects.filter(
        community=community, member__in=list_own_ids(member_id), left_at=None
    ).exists():
        return False
    if community.state == Community.State.CLOSED or count_people(community.id) >= community.capacity:
        raise CommunityFull(name=community.name)
    failpoint("communities.room_found")
    GroupMember.objects.create(
        community=community,
        member_id=member_id,
        platform_user_id=f"member:{member_id}",
        source=source,
        invited_by=invited_by,
        joined_at=now,
    )
    record(
        NewEvent(
            type=COMMUNITY_JOINED,
            occurred_at=now,
            received_at=now,
            member_id=member_id,
            community_id=community.id,
            properties={"source": source, "role": GroupMember.Role.MEMBER, "invited_by": invited_by},
        )
    )
    return True
