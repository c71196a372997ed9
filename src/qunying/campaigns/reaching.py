"""Reaching people at the launch: the offer opens, the holdout is written down, messages and posts are
planned.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.campaigns.arms import Placement
from qunying.campaigns.models import Arm, Campaign, MeasuredBy
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actors import Actor
from qunying.kernel.clock import day_end
from qunying.ledger.actions.open_budget import open_budget
from qunying.messages.actions.plan_community_post import plan_community_post
from qunying.messages.actions.plan_sends import plan_sends
from qunying.messages.actions.suppress import suppress
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.messages.sending.links import Link
from qunying.rewards.actions.bar_members import bar_members
from qunying.rewards.actions.change_template import change_template
from qunying.rewards.actions.open_template import open_template
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.wording import wording_of

MESSAGE_STEP = "offer"
POST_STEP = "post"
OFFER_PURPOSE = "offer"
OPEN_OFFER_PURPOSE = "open_offer"
OFFER_PATH = "/m/offers/"
OPEN_OFFER_PATH = "/m/offers/open/"


def campaign_end(campaign: Campaign) -> datetime:
    """Return the instant at which the last day of a campaign is over."""
    return day_end(campaign.ends_on, get_brand().zone)


def open_offer(campaign: Campaign, command_id: str, actor: Actor, now: datetime) -> None:
    """Open the budget, and the coupon bound to the campaign: by invitation, or for everybody where a post is
    open.
    """
    if campaign.budget_minor > 0:
        open_budget(
            command_id=command_id,
            actor=actor,
            now=now,
            campaign_id=campaign.id,
            currency=campaign.currency,
            amount_minor=campaign.budget_minor,
        )
    if campaign.offer_id is None:
        return
    template = get_template(campaign.offer_id)
    bound = replace(
        wording_of(template),
        campaign_id=campaign.id,
        audience="targeted" if campaign.post_template_id is None else "public",
    )
    change_template(command_id=command_id, actor=actor, now=now, template_id=template.id, wording=bound)
    open_template(command_id=command_id, actor=actor, now=now, template_id=template.id)


def hold_out(campaign: Campaign, placement: Placement, command_id: str, actor: Actor, now: datetime) -> None:
    """Write down who must get nothing of this campaign: no coupon ever, no message until it is measured."""
    held_out = placement.members_of(Arm.CONTROL)
    if held_out:
        bar_members(
            command_id=command_id,
            actor=actor,
            now=now,
            campaign_id=campaign.id,
            member_ids=held_out,
            reason="holdout",
        )
        suppress(
            command_id=command_id,
            actor=actor,
            now=now,
            member_ids=held_out,
            scope=f"campaign:{campaign.id}",
            reason="holdout",
            until=max(now + timedelta(days=campaign.measurement_days), campaign_end(campaign)),
            origin=f"campaign:{campaign.id}",
        )


def plan_messages(
    campaign: Campaign, placement: Placement, command_id: str, actor: Actor, now: datetime
) -> int:
    """Plan the message to everybody but those outside the comparison, and return how many will go out.

    The held-out get rows as well, which say that they are held out and why nothing was sent.
    """
    if campaign.message_template_id is None:
        return 0
    ends = campaign_end(campaign)
    planned = plan_sends(
        command_id=command_id,
        actor=actor,
        now=now,
        campaign_id=campaign.id,
        step=MESSAGE_STEP,
        template_id=campaign.message_template_id,
        channel_id=campaign.channel_id or get_default_channel().id,
        member_ids=[member_id for member_id, arm in placement.arms.items() if arm != Arm.OUTSIDE],
        link=offer_link(campaign),
        due_at=now,
        title=campaign.name,
        not_after=ends,
    )
    return planned.planned


def plan_posts(campaign: Campaign, command_id: str, actor: Actor, now: datetime) -> int:
    """Plan the post to each community that is not held out, and return how many there are."""
    if campaign.post_template_id is None:
        return 0
    addressed = campaign.communities.order_by("community_id")
    if campaign.measured_by == MeasuredBy.COMMUNITIES:
        addressed = addressed.filter(arm=Arm.TREATMENT)
    community_ids = list(addressed.values_list("community_id", flat=True))
    for community_id in community_ids:
        plan_community_post(
            command_id=command_id,
            actor=actor,
            now=now,
            campaign_id=campaign.id,
            step=POST_STEP,
            community_id=community_id,
            channel_id=get_community(community_id).channel_id or get_default_channel().id,
            template_id=campaign.post_template_id,
            link=open_offer_link(campaign, community_id),
            due_at=now,
            title=campaign.name,
            not_after=campaign_end(campaign),
        )
    return len(community_ids)


def offer_link(campaign: Campaign) -> Link | None:
    """Return where a personal message leads; the member's id is added when it is sent."""
    if campaign.offer_id is None:
        return None
    return Link(OFFER_PATH, OFFER_PURPOSE, {"campaign": str(campaign.id)}, campaign_end(campaign))


def open_offer_link(campaign: Campaign, community_id: UUID) -> Link | None:
    """Return where a post leads: the offer and the community, without a person."""
    if campaign.offer_id is None:
        return None
    named = {"campaign": str(campaign.id), "community": str(community_id)}
    return Link(OPEN_OFFER_PATH, OPEN_OFFER_PURPOSE, named, campaign_end(campaign))
