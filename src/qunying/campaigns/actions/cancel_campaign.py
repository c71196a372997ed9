"""Give a plan up before it runs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.approval import note
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Decision, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@dataclass(frozen=True)
class CampaignCancelled:
    """The campaign that will not run."""

    campaign_id: UUID


@action
def cancel_campaign(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, reason: str
) -> CampaignCancelled:
    """Cancel a campaign that has not been launched; one that runs is closed instead.

    Raises:
        CampaignNotFound, WrongState: when there is no such campaign, or it was launched.
        BadText: when no reason is given.
    """
    campaign = lock_campaign(campaign_id, State.DRAFT, State.SUBMITTED, State.APPROVED)
    why = checked_text(reason, field="reason", max_length=500)
    campaign.state = State.CANCELLED
    campaign.save(update_fields=["state"])
    note(campaign, Decision.Kind.CANCELLED, actor, now, why)
    return CampaignCancelled(campaign.id)
