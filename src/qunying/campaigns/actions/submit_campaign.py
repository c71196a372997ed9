"""Hand a plan in for approval."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.approval import needs_second_person, note
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Decision, State
from qunying.campaigns.obstacles import require_ready
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class CampaignSubmitted:
    """The campaign, and whether somebody else than its author must approve it."""

    campaign_id: UUID
    needs_second_person: bool


@action
def submit_campaign(*, command_id: str, actor: Actor, now: datetime, campaign_id: UUID) -> CampaignSubmitted:
    """Hand in a draft whose pre-flight shows no obstacle.

    Raises:
        CampaignNotFound, WrongState: when there is no such draft.
        Problem: the first obstacle of the pre-flight (see ``obstacles``).
    """
    campaign = lock_campaign(campaign_id, State.DRAFT)
    require_ready(campaign, now)
    campaign.state = State.SUBMITTED
    campaign.save(update_fields=["state"])
    note(campaign, Decision.Kind.SUBMITTED, actor, now)
    return CampaignSubmitted(campaign.id, needs_second_person(campaign))
