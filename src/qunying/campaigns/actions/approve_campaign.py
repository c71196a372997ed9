"""Approve a plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.campaigns.approval import note, require_second_person
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Decision, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@dataclass(frozen=True)
class CampaignApproved:
    """The campaign that may now be launched."""

    campaign_id: UUID


@action
def approve_campaign(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    remark: str = "",
    seen: datetime | None = None,
) -> CampaignApproved:
    """Approve a plan that was handed in. Above the brand's limit, only somebody who did not work on it may.

    Args:
        remark: what goes with it.
        seen: when the plan was changed last, as far as the actor has seen: what they did not see, they do not approve.

    Raises:
        CampaignNotFound, WrongState: when there is no such plan waiting.
        PlanChangedMeanwhile: it was taken back, changed and handed in again since.
        SecondPersonNeeded: when the budget asks for another person.
    """
    campaign = lock_campaign(campaign_id, State.SUBMITTED, seen=seen)
    require_second_person(campaign, actor)
    campaign.state = State.APPROVED
    campaign.save(update_fields=["state"])
    reason = checked_text(remark, field="remark", max_length=500, may_be_empty=True)
    note(campaign, Decision.Kind.APPROVED, actor, now, reason)
    return CampaignApproved(campaign.id)
