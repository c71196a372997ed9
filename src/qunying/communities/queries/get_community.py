"""One community, or all."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import Community, GroupMember, JoinLink
from qunying.kernel.problems import Kind, Problem


class CommunityNotFound(Problem):
    """There is no such community."""

    code = "community_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such community.")


class JoinLinkNotFound(Problem):
    """The join link does not exist, or was closed."""

    code = "join_link_not_found"
    kind = Kind.NOT_FOUND
    message = _("This invitation is no longer open.")


@dataclass(frozen=True)
class CommunitySize:
    """A community with how many people are in it, and how many of them are known members."""

    community: Community
    people: int
    members: int


def get_community(community_id: UUID) -> Community:
    """Return a community.

    Raises:
        CommunityNotFound: when there is none.
    """
    community = Community.objects.select_related("platform").filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    return community


def get_open_link(token: str) -> JoinLink:
    """Return the open join link of a token, with its community.

    Raises:
        JoinLinkNotFound: when there is none, or it or its community is closed.
    """
    link = JoinLink.objects.select_related("community").filter(token=token[:43], closed_at=None).first()
    if link is None or link.community.state == Community.State.CLOSED:
        raise JoinLinkNotFound
    return link


def list_communities() -> list[CommunitySize]:
    """Return all communities by name, with their sizes."""
    counted = (
        GroupMember.objects.filter(left_at=None)
        .order_by()
        .values_list("community")
        .annotate(people=Count("pk"), members=Count("member"))
    )
    sizes = {community_id: (people, members) for community_id, people, members in counted}
    rows = Community.objects.select_related("platform").order_by("name")
    return [CommunitySize(row, *sizes.get(row.id, (0, 0))) for row in rows]


def count_people(community_id: UUID) -> int:
    """Return how many people are in a community now."""
    return GroupMember.objects.filter(community_id=community_id, left_at=None).count()
