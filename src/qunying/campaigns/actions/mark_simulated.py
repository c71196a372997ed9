"""Say that a campaign's outcomes are not real."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.drafting import lock_campaign
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.wording import checked_text


@dataclass(frozen=True)
class MarkedSimulated:
    """The campaign whose report says so from now on."""

    campaign_id: UUID


@action
def mark_simulated(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, what_was_planted: str
) -> MarkedSimulated:
    """Label a campaign of the sample whose effect was planted; page, file and JSON show it. The label cannot
    be taken off.

    Raises:
        Forbidden: only the installation itself (sample, simulator) may.
        CampaignNotFound: when there is none.
        BadText: when it is not said what was planted.
    """
    if actor.kind != "system":
        raise Forbidden(action="campaigns.mark_simulated")
    campaign = lock_campaign(campaign_id)
    campaign.is_simulated = True
    campaign.simulation_note = checked_text(what_was_planted, field="what_was_planted", max_length=500)
    campaign.save(update_fields=["is_simulated", "simulation_note"])
    return MarkedSimulated(campaign.id)
