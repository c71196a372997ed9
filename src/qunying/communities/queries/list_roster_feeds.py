"""Feeds of rosters and their secrets."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import RosterFeed
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import unseal


class RosterFeedNotFound(Problem):
    """The feed does not exist, or was closed."""

    code = "roster_feed_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such roster feed.")


def list_roster_feeds(community_id: UUID) -> QuerySet[RosterFeed]:
    """Return the open feeds of a community by name."""
    return RosterFeed.objects.filter(community_id=community_id, closed_at=None).order_by("name", "id")


def get_open_feed(feed_id: UUID) -> RosterFeed:
    """Return an open feed.

    Raises:
        RosterFeedNotFound: when there is none.
    """
    feed = RosterFeed.objects.filter(pk=feed_id, closed_at=None).first()
    if feed is None:
        raise RosterFeedNotFound
    return feed


def secret_of(feed: RosterFeed) -> str:
    """Return the secret that the feed's program signs with.

    Raises:
        SealBroken: when it was sealed with another key.
    """
    return unseal(feed.sealed_secret)
