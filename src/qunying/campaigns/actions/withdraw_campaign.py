"""Take a plan back to change it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.approval import note
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Decision, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class CampaignWithdrawn:
    """The campaign that is a draft again."""

    campaign_id: UUID


@action
def withdraw_campaign(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID
) -> CampaignWithdrawn:
    """Make a plan that waits for approval, or has it, a draft again. It must then be approved anew.

    Raises:
        CampaignNotFound, WrongState: when there is no such plan.
    """
    campaign = lock_campaign(campaign_id, State.SUBMITTED, State.APPROVED)
    campaign.state = State.DRAFT
    campaign.save(update_fields=["state"])
    note(campaign, Decision.Kind.WITHDRAWN, actor, now)
    return CampaignWithdrawn(campaign.id)
