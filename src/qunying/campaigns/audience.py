"""Whom a plan addresses at an instant: a segment, communities, or both at once, without staff accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import AudienceKind
from qunying.communities.queries.list_members_of import list_memberships
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.members.queries.list_existing import list_erased
from qunying.segments.queries.evaluate_rule import evaluate_segment


class AudienceEmpty(Problem):
    """Nobody would be addressed."""

    code = "audience_empty"
    kind = Kind.CONFLICT
    message = _("Nobody is in the audience.")


@dataclass(frozen=True)
class Audience:
    """The members that a plan addresses.

    members: sorted, each person once, staff and test accounts and who was erased left out. staff: how many of those there were.
    by_community: members of each community of the plan that belong to the audience; empty for segments.
    as_of: the instant up to which the segment's rule looked.
    """

    members: list[UUID]
    staff: int
    by_community: dict[UUID, list[UUID]]
    as_of: datetime


def audience_time(now: datetime) -> datetime:
    """Return the instant up to which history is looked at: the brand's fixed one for historic data, but never
    the future.
    """
    return min(now, get_analysis_time(now))


def find_audience(
    kind: str, segment_id: UUID | None, community_ids: Iterable[UUID], now: datetime
) -> Audience:
    """Return the members of a segment, of communities, or of a segment within communities.

    Rules of segments look back from ``audience_time(now)``; who is in a community is asked for ``now``.

    Raises:
        Problem: NOT_FOUND when the segment does not exist.
    """
    as_of = audience_time(now)
    in_segment = set(evaluate_segment(segment_id, as_of)) if segment_id is not None else None
    rosters = _rosters(list(community_ids), now) if kind != AudienceKind.SEGMENT else {}
    reached = set[UUID]().union(*rosters.values()) if rosters or in_segment is None else in_segment
    wanted = reached if in_segment is None else reached & in_segment
    staff = list_staff_accounts(wanted)
    members = wanted - staff - list_erased(wanted)
    return Audience(
        members=sorted(members),
        staff=len(staff),
        by_community={community_id: sorted(roster & members) for community_id, roster in rosters.items()},
        as_of=as_of,
    )


def audience_of(campaign: Campaign, now: datetime) -> Audience:
    """Return the audience of a campaign's plan as it is now.

    Raises:
        Problem: NOT_FOUND when the segment does not exist.
    """
    community_ids = campaign.communities.order_by("community_id").values_list("community_id", flat=True)
    return find_audience(campaign.audience_kind, campaign.segment_id, community_ids, now)


def _rosters(community_ids: list[UUID], now: datetime) -> dict[UUID, set[UUID]]:
    """Return the members of each community as who they are now, each once."""
    stays = list_memberships(community_ids, at=now)
    rosters: dict[UUID, set[UUID]] = {community_id: set() for community_id in community_ids}
    for community_id, member_id in stays:
        rosters[community_id].add(member_id)
    return rosters
