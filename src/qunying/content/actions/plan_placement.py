"""Plan where and when an item is to be seen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.queries.get_community import get_community
from qunying.content.drafting import lock_item
from qunying.content.models import Placement
from qunying.content.placing import MOVABLE, check_time, platform_code
from qunying.content.platforms import platform_of
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class AlreadyPlaced(Problem):
    """The item has this place already."""

    code = "already_placed"
    kind = Kind.CONFLICT
    message = _("This item is planned for this place already. Move it instead.")


class GroupNeedsCommunity(Problem):
    """A post to a group needs to know which."""

    code = "group_needs_community"
    kind = Kind.INVALID
    message = _("Choose the community that the post goes to.")


@dataclass(frozen=True)
class Placed:
    """The place."""

    placement_id: UUID


@action
def plan_placement(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    planned_at: datetime,
    platform: str = "",
    community_id: UUID | None = None,
) -> Placed:
    """Plan an item for a community, for our own pages, or for an account elsewhere.

    Args:
        platform: of pages and accounts; a community brings its own.
        community_id: the community that it is posted to.

    Raises:
        ItemNotFound, WrongItemState, CommunityNotFound, UnknownPlatform, GroupNeedsCommunity, AlreadyPlaced, TimeNotPossible.
    """
    if community_id is not None:
        platform = platform_code(get_community(community_id).platform_id)
    elif platform_of(platform).shape == "chat":
        raise GroupNeedsCommunity
    item = lock_item(item_id, *MOVABLE)
    check_time(planned_at, now, item)
    place: dict[str, Any] = {"item": item, "platform": platform, "community_id": community_id}
    if Placement.objects.filter(**place).exists():
        raise AlreadyPlaced
    placement = Placement.objects.create(**place, planned_at=planned_at)
    return Placed(placement.id)
