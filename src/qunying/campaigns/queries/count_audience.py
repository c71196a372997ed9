"""How many members a plan addresses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qunying.campaigns.audience import audience_of, find_audience
from qunying.campaigns.plan import AudienceKind
from qunying.campaigns.queries.get_campaign import get_campaign


def count_audience(campaign_id: UUID, now: datetime) -> int:
    """Return how many members the plan of a campaign addresses now, staff accounts left out.

    Raises:
        CampaignNotFound: when there is no such campaign.
    """
    return len(audience_of(get_campaign(campaign_id), now).members)


def count_reached(
    kind: str, segment_id: UUID | None, community_ids: Sequence[UUID], now: datetime
) -> int | None:
    """Return how many members a choice of segment and communities would address; None while it is incomplete.

    Raises:
        Problem: NOT_FOUND when the segment does not exist.
    """
    needs_segment, needs_communities = kind != AudienceKind.COMMUNITIES, kind != AudienceKind.SEGMENT
    if kind not in AudienceKind.values or (needs_segment and segment_id is None):
        return None
    if needs_communities and not community_ids:
        return None
    return len(find_audience(kind, segment_id if needs_segment else None, community_ids, now).members)
