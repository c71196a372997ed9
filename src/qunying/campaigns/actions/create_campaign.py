"""Write a new campaign plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.campaigns.drafting import (
    check_references,
    fill,
    save_communities,
    save_stages,
    save_starter_tasks,
)
from qunying.campaigns.models import Campaign
from qunying.campaigns.plan import Plan, checked_plan
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day


@dataclass(frozen=True)
class CampaignCreated:
    """The new campaign."""

    campaign_id: UUID


@action
def create_campaign(*, command_id: str, actor: Actor, now: datetime, plan: Plan) -> CampaignCreated:
    """Start a campaign as a draft, with its four stages and the starter checklist.

    Raises:
        BadText, UnknownGoal, BadDates, DayOutOfRange, BadAudience, BadHoldout, BadBudget, PostNeedsCommunities: when the
            plan cannot be.
        Problem: NOT_FOUND when it names something that does not exist.
    """
    brand = get_brand()
    checked = checked_plan(plan)
    check_references(checked)
    campaign = Campaign(
        currency=brand.currency, created_by=actor.key, created_at=now, changed_by=actor.key, changed_at=now
    )
    fill(campaign, checked)
    campaign.save(force_insert=True)
    save_communities(campaign, checked.community_ids)
    today = local_day(now, brand.zone)
    save_stages(campaign, today)
    save_starter_tasks(campaign, today, now)
    return CampaignCreated(campaign.id)
