"""How many members a plan addresses."""

from datetime import datetime
from uuid import UUID

from qunying.campaigns.audience import audience_of
from qunying.campaigns.queries.get_campaign import get_campaign


def count_audience(campaign_id: UUID, now: datetime) -> int:
    """Return the size of the audience as it is now: what ``confirm_audience`` asks for.

    Raises:
        CampaignNotFound: when there is no such campaign.
    """
    return len(audience_of(get_campaign(campaign_id), now).members)
