"""Change a campaign plan while it is a draft."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.campaigns.drafting import (
    check_references,
    fill,
    lock_campaign,
    move_tasks,
    save_communities,
    save_stages,
)
from qunying.campaigns.models import State
from qunying.campaigns.plan import Plan, checked_plan
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day


@dataclass(frozen=True)
class PlanChanged:
    """The campaign, and whether its audience has to be confirmed again."""

    campaign_id: UUID
    needs_confirmation: bool


@action
def change_plan(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    plan: Plan,
    seen: datetime | None = None,
) -> PlanChanged:
    """Replace the content of a draft. Stages and open tasks move along with the days; another audience must
    be confirmed again.

    Raises:
        CampaignNotFound, WrongState: when there is no such draft.
        PlanChangedMeanwhile: when somebody else has changed it after ``seen``.
        BadText, UnknownGoal, BadDates, DayOutOfRange, BadAudience, BadHoldout, BadBudget, PostNeedsCommunities: when the
            plan cannot be.
        Problem: NOT_FOUND when it names something that does not exist.
    """
    checked = checked_plan(plan)
    check_references(checked)
    campaign = lock_campaign(campaign_id, State.DRAFT, seen=seen)
    days = campaign.starts_on, campaign.ends_on
    reach = _reach(
        campaign.audience_kind,
        campaign.segment_id,
        campaign.communities.values_list("community_id", flat=True),
    )
    fill(campaign, checked)
    if reach != _reach(checked.audience_kind, checked.segment_id, checked.community_ids):
        campaign.confirmed_count, campaign.confirmed_at, campaign.confirmed_by = None, None, ""
    campaign.changed_by, campaign.changed_at = actor.key, now
    campaign.save()
    save_communities(campaign, checked.community_ids)
    if days != (campaign.starts_on, campaign.ends_on):
        save_stages(campaign, local_day(now, get_brand().zone))
        move_tasks(campaign, days)
    return PlanChanged(campaign.id, campaign.confirmed_count is None)


def _reach(kind: str, segment_id: UUID | None, community_ids: object) -> tuple[object, ...]:
    return kind, segment_id, tuple(sorted(community_ids))  # type: ignore[call-overload]
