"""Close a roster feed."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import RosterFeed
from qunying.communities.queries.list_roster_feeds import RosterFeedNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def close_roster_feed(*, command_id: str, actor: Actor, now: datetime, feed_id: UUID) -> None:
    """Believe a feed no more.

    Raises:
        RosterFeedNotFound: when it does not exist or is closed.
    """
    if not RosterFeed.objects.filter(pk=feed_id, closed_at=None).update(closed_at=now):
        raise RosterFeedNotFound
