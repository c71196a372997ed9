"""The frozen audience of a campaign."""

from uuid import UUID

from qunying.campaigns.models import CampaignAssignment


def list_arm(campaign_id: UUID, arm: str) -> list[UUID]:
    """Return the members that a launch put into an arm (``treatment``, ``control``, ``outside``), in order"
    " of id."""
    rows = CampaignAssignment.objects.filter(campaign_id=campaign_id, arm=arm).order_by("member_id")
    return list(rows.values_list("member_id", flat=True))
