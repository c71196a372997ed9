"""Who is in an arm of a launched campaign."""

from uuid import UUID

from qunying.campaigns.models import CampaignAssignment


def list_arm(campaign_id: UUID, arm: str) -> list[UUID]:
    """Return the members of an arm (``treatment`` or ``control``) in the order of their ids."""
    members = CampaignAssignment.objects.filter(campaign_id=campaign_id, arm=arm)
    return list(members.order_by("member_id").values_list("member_id", flat=True))
