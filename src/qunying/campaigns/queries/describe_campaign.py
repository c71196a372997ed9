"""A campaign as programs read it."""

from typing import Any

from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import Plan


def describe_campaign(campaign: Campaign) -> dict[str, Any]:
    """Return a campaign as programs read it: the fields of its plan and how far it has come."""
    plan = {name: getattr(campaign, name) for name in Plan.__dataclass_fields__ if name != "community_ids"}
    return {
        "id": campaign.id,
        "state": campaign.state,
        **plan,
        "community_ids": list(
            campaign.communities.order_by("community_id").values_list("community_id", flat=True)
        ),
        "currency": campaign.currency,
        "confirmed_count": campaign.confirmed_count,
        "launched_at": campaign.launched_at,
        "closed_at": campaign.closed_at,
        "measured_by": campaign.measured_by,
        "treatment_count": campaign.treatment_count,
        "control_count": campaign.control_count,
        "is_simulated": campaign.is_simulated,
        "changed_at": campaign.changed_at,
    }
