"""What keeps a campaign from being handed in or launched, found without looking at history."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.campaigns.models import Campaign
from qunying.kernel.clock import local_day
from qunying.kernel.problems import Kind, Problem
from qunying.messages.channels.needs import is_personal
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.messages.queries.get_template import TemplateWithdrawn, get_current_version
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.terms import largest_discount


class AudienceNotConfirmed(Problem):
    """Nobody has confirmed how many members the campaign addresses."""

    code = "audience_not_confirmed"
    kind = Kind.CONFLICT
    message = _("Confirm the number of members in the audience first.")


class ReachesNobody(Problem):
    """There is neither a message nor a post."""

    code = "campaign_reaches_nobody"
    kind = Kind.CONFLICT
    message = _("Choose a message to members or a post to the communities: this plan would reach nobody.")


class CampaignIsOver(Problem):
    """The last day has passed."""

    code = "campaign_is_over"
    kind = Kind.CONFLICT
    message = _("The last day of this campaign ({day}) has passed.")


class ChannelUnusable(Problem):
    """The channel is switched off, or cannot write to single members."""

    code = "campaign_channel_unusable"
    kind = Kind.CONFLICT
    message = _("The channel “{channel}” is switched off or cannot write to single members. Choose another.")


class OfferTaken(Problem):
    """The coupon template was opened before, or belongs to another campaign."""

    code = "campaign_offer_taken"
    kind = Kind.CONFLICT
    message = _(
        "“{offer}” is in use already. Choose a coupon that is still a draft; it opens with this campaign."
    )


class OfferNeedsBudget(Problem):
    """The budget cannot hold even one coupon's largest discount."""

    code = "campaign_offer_needs_budget"
    kind = Kind.CONFLICT
    message = _("“{offer}” needs a cap on its discount, and a budget that covers at least one coupon.")


class OfferInOtherMoney(Problem):
    """The coupon is in another currency than the campaign."""

    code = "campaign_offer_currency"
    kind = Kind.CONFLICT
    message = _("“{offer}” is in {offered}, the campaign in {currency}.")


class OfferTooEarly(Problem):
    """The coupon ends before the campaign begins."""

    code = "campaign_offer_too_early"
    kind = Kind.CONFLICT
    message = _("“{offer}” ends on {day}, before the campaign begins.")


def list_obstacles(campaign: Campaign, now: datetime) -> list[Problem]:
    """Return everything that must be put right before the campaign can be handed in or launched."""
    return [*_of_plan(campaign, now), *_of_messages(campaign), *_of_offer(campaign)]


def require_ready(campaign: Campaign, now: datetime) -> None:
    """See to it that nothing is in the way.

    Raises:
        Problem: the first obstacle.
    """
    for obstacle in list_obstacles(campaign, now):
        raise obstacle


def _of_plan(campaign: Campaign, now: datetime) -> Iterator[Problem]:
    if campaign.confirmed_count is None:
        yield AudienceNotConfirmed()
    if campaign.message_template_id is None and campaign.post_template_id is None:
        yield ReachesNobody()
    if campaign.ends_on < local_day(now, get_brand().zone):
        yield CampaignIsOver(day=str(campaign.ends_on))


def _of_messages(campaign: Campaign) -> Iterator[Problem]:
    for template_id in (campaign.message_template_id, campaign.post_template_id):
        if template_id is not None:
            try:
                get_current_version(template_id)
            except TemplateWithdrawn as problem:
                yield problem
    if campaign.message_template_id is not None:
        channel = campaign.channel or get_default_channel()
        if not channel.is_active or not is_personal(channel):
            yield ChannelUnusable(channel=channel.name)


def _of_offer(campaign: Campaign) -> Iterator[Problem]:
    if campaign.offer_id is None:
        return
    offer = get_template(campaign.offer_id)
    if offer.state != "draft" or offer.campaign_id not in {None, campaign.id}:
        yield OfferTaken(offer=offer.name)
    largest = largest_discount(offer)
    if largest is None or largest > campaign.budget_minor:
        yield OfferNeedsBudget(offer=offer.name)
    if offer.currency != campaign.currency:
        yield OfferInOtherMoney(offer=offer.name, offered=offer.currency, currency=campaign.currency)
    last = min((day for day in (offer.valid_until, offer.claim_until) if day is not None), default=None)
    if last is not None and last < campaign.starts_on:
        yield OfferTooEarly(offer=offer.name, day=str(last))
