"""A member takes up a campaign's offer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.models import Arm, Campaign, State
from qunying.campaigns.queries.get_campaign import get_campaign
from qunying.campaigns.reaching import campaign_end
from qunying.communities.queries.find_restriction import require_unrestricted
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member, list_own_ids
from qunying.rewards.actions.claim_coupon import claim_coupon


class OfferEnded(Problem):
    """The campaign does not run, or has nothing to claim."""

    code = "offer_ended"
    kind = Kind.CONFLICT
    message = _("This offer is not running at the moment.")


class OfferNotAvailable(Problem):
    """The member was not invited. Whether they are held out is not told: it would change what they do."""

    code = "offer_not_available"
    kind = Kind.CONFLICT
    message = _("This offer is not available for you. Other offers will come.")


@dataclass(frozen=True)
class OfferClaimed:
    """The coupon that the member has now."""

    campaign_id: UUID
    member_id: UUID
    coupon_id: UUID
    valid_until: datetime


@action
def claim_offer(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, member_id: UUID, by_post: bool = False
) -> OfferClaimed:
    """Give a member the coupon of a running campaign.

    Args:
        campaign_id: which campaign.
        member_id: who claims.
        by_post: they came through the open link of a community post, which is for everybody who sees it; else
            they were invited in person, and only treated members are.

    Raises:
        CampaignNotFound, MemberNotFound: when there is no such campaign or member.
        OfferEnded: when it does not run or offers nothing.
        MemberRestricted: when a penalty keeps them from activities everywhere.
        OfferNotAvailable: when they were not invited (the held-out were not).
        Problem: what ``rewards.claim_coupon`` refuses (sold out, had already, budget used up).
    """
    campaign = get_campaign(campaign_id)
    member = get_living_member(member_id)
    if campaign.state != State.RUNNING or campaign.offer_id is None or now >= campaign_end(campaign):
        raise OfferEnded
    if not may_claim(campaign, member.id, by_post=by_post):
        raise OfferNotAvailable
    require_unrestricted(member.id, None, now, takes="activities")
    claimed = claim_coupon(
        command_id=command_id,
        actor=actor,
        now=now,
        template_id=campaign.offer_id,
        member_id=member.id,
        campaign_id=campaign.id,
        by_open_post=by_post,
    )
    return OfferClaimed(campaign.id, member.id, claimed.coupon_id, claimed.valid_until)


def may_claim(campaign: Campaign, member_id: UUID, *, by_post: bool) -> bool:
    """Tell whether a member may have the offer. Of somebody merged from two, both must be treated."""
    if by_post:
        return campaign.post_template_id is not None
    arms = campaign.assignments.filter(member_id__in=list_own_ids(member_id)).values_list("arm", flat=True)
    return set(arms) == {Arm.TREATMENT.value}
