"""Somebody leaves a community."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.events import COMMUNITY_LEFT
from qunying.communities.models import GroupMember
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, resolve_member_id
from qunying.stream.record import NewEvent, record


class NotInCommunity(Problem):
    """The person is not in the community (any more)."""

    code = "not_in_community"
    kind = Kind.NOT_FOUND
    message = _("This person is not in the community.")


@action
def leave_community(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, member_id: UUID
) -> None:
    """End a member's stay, or stays where they were in under several ids.

    Raises:
        NotInCommunity: when the member is not in.
    """
    stays = GroupMember.objects.select_for_update().filter(
        community_id=community_id,
        member__in=list_own_ids(resolve_member_id(member_id)),
        left_at=None,
    )
    ended = list(stays.order_by("pk").values_list("pk", flat=True))
    if not ended:
        raise NotInCommunity
    GroupMember.objects.filter(pk__in=ended).update(left_at=now)
    record(
        NewEvent(
            type=COMMUNITY_LEFT,
            occurred_at=now,
            received_at=now,
            member_id=member_id,
            community_id=community_id,
        )
    )
