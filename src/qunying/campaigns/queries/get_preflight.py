"""Pre-flight: what a plan would do, before anybody is reached."""

from datetime import datetime
from uuid import UUID

from qunying.campaigns.actions.launch_campaign import LARGEST_CHANGE
from qunying.campaigns.arms import Placement, place
from qunying.campaigns.audience import Audience, audience_of
from qunying.campaigns.measuring.baseline import read_baseline
from qunying.campaigns.measuring.findings import list_findings
from qunying.campaigns.measuring.forecasting import earlier_campaigns, expected_offer, expected_power
from qunying.campaigns.measuring.preflight import (
    ArmsExpected,
    AudienceNow,
    FatigueNow,
    MessagesHad,
    Preflight,
    Reach,
)
from qunying.campaigns.models import Arm, Campaign
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.messages.queries.get_fatigue import get_fatigue
from qunying.messages.queries.list_reachable import list_reachable


def get_preflight(campaign_id: UUID, now: datetime) -> Preflight:
    """Return what a launch now would meet: audience, arms, reach, fatigue, power, cost, and what is in the way.

    The arms are the ones that a launch would make: they follow from the campaign's id.

    Raises:
        CampaignNotFound: when there is no such campaign.
    """
    campaign = get_campaign(campaign_id)
    audience = audience_of(campaign, now)
    placement = place(campaign, audience.members, audience.by_community)
    baseline = read_baseline(
        audience.members,
        audience.as_of,
        campaign.measurement_days,
        campaign.currency,
        earlier_campaigns(campaign),
    )
    counted = _counted(campaign, audience)
    reach, fatigue = _reach(campaign, placement, now)
    power = expected_power(campaign, baseline, placement)
    offer = expected_offer(campaign, baseline, _people(campaign, placement))
    return Preflight(
        campaign_id=campaign.id,
        at=now,
        audience=counted,
        arms=_arms(placement),
        reach=reach,
        fatigue=fatigue,
        power=power,
        offer=offer,
        findings=list_findings(
            campaign,
            audience=counted,
            placement=placement,
            reach=reach,
            fatigue=fatigue,
            power=power,
            offer=offer,
            now=now,
        ),
    )


def _counted(campaign: Campaign, audience: Audience) -> AudienceNow:
    count, confirmed = len(audience.members), campaign.confirmed_count
    moved = confirmed is None or abs(count - confirmed) > LARGEST_CHANGE * confirmed
    return AudienceNow(count, audience.staff, audience.as_of, confirmed, moved)


def _arms(placement: Placement) -> ArmsExpected:
    communities = list(placement.community_arms.values())
    return ArmsExpected(
        measured_by=placement.measured_by,
        treatment=placement.count(Arm.TREATMENT),
        control=placement.count(Arm.CONTROL),
        outside=placement.count(Arm.OUTSIDE),
        treatment_communities=communities.count(Arm.TREATMENT),
        control_communities=communities.count(Arm.CONTROL),
    )


def _reach(campaign: Campaign, placement: Placement, now: datetime) -> tuple[Reach | None, FatigueNow | None]:
    """Ask the channel about the treated, and what those whom it reaches have had lately; None when no message
    goes to single members.
    """
    if campaign.message_template_id is None:
        return None, None
    channel = campaign.channel or get_default_channel()
    found = list_reachable(placement.members_of(Arm.TREATMENT), channel.id, now)
    lately = get_fatigue(found.members, now)
    had = [MessagesHad(window.days, window.members) for window in lately.windows]
    return (
        Reach(channel.name, len(found.members), found.excluded),
        FatigueNow(lately.day, lately.per_day, lately.capped, had),
    )


def _people(campaign: Campaign, placement: Placement) -> int:
    """Return how many may have the offer: the treated, or everybody where a post is open and nobody is"
    " kept from it."""
    if campaign.post_template_id is not None and not placement.community_arms:
        return len(placement.arms)
    return placement.count(Arm.TREATMENT)
