"""One campaign."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.models import Campaign
from qunying.kernel.problems import Kind, Problem


class CampaignNotFound(Problem):
    """No campaign has this id."""

    code = "campaign_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such campaign.")


def get_campaign(campaign_id: UUID) -> Campaign:
    """Return a campaign.

    Raises:
        CampaignNotFound: when there is none.
    """
    campaign = find_campaign(campaign_id)
    if campaign is None:
        raise CampaignNotFound(campaign_id=str(campaign_id))
    return campaign


def find_campaign(campaign_id: UUID) -> Campaign | None:
    """Return a campaign, or None."""
    return Campaign.objects.filter(pk=campaign_id).first()
