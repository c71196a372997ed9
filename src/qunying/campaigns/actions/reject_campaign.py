"""Send a plan back."""

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
class CampaignRejected:
    """The campaign that is a draft again."""

    campaign_id: UUID


@action
def reject_campaign(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, reason: str
) -> CampaignRejected:
    """Make a plan that was handed in a draft again, and say why.

    Raises:
        CampaignNotFound, WrongState: when there is no such plan waiting.
        BadText: when no reason is given.
    """
    campaign = lock_campaign(campaign_id, State.SUBMITTED)
    why = checked_text(reason, field="reason", max_length=500)
    campaign.state = State.DRAFT
    campaign.save(update_fields=["state"])
    note(campaign, Decision.Kind.REJECTED, actor, now, why)
    return CampaignRejected(campaign.id)
