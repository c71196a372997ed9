"""Let a program of the platform tell who joins and leaves a community."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.communities.models import RosterFeed
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.sealing import seal
from qunying.kernel.signed_webhooks import new_secret
from qunying.kernel.wording import checked_text


@dataclass(frozen=True)
class RosterFeedCreated:
    """The new feed. Its secret is no part of the stored answer: ``queries.list_roster_feeds`` opens it."""

    feed_id: UUID


@action
def create_roster_feed(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, name: str
) -> RosterFeedCreated:
    """Make a feed with a secret of its own.

    Args:
        name: which program it is, for people.

    Raises:
        CommunityNotFound: when there is no such community.
        BadText: when the name is empty or too long.
    """
    feed = RosterFeed.objects.create(
        community=get_community(community_id),
        name=checked_text(name, field="name", max_length=100),
        sealed_secret=seal(new_secret()),
        created_at=now,
    )
    return RosterFeedCreated(feed.id)
