"""Confirm how many members a campaign addresses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import ngettext_lazy

from qunying.campaigns.audience import AudienceEmpty, audience_of
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class CountDiffers(Problem):
    """The number that was typed is not the number of members that the plan addresses."""

    code = "audience_count_differs"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "The audience has {actual} member now, not {typed}. Check it and confirm again.",
        "The audience has {actual} members now, not {typed}. Check it and confirm again.",
        "actual",
    )


@dataclass(frozen=True)
class AudienceConfirmed:
    """The campaign and the number that was confirmed."""

    campaign_id: UUID
    count: int


@action
def confirm_audience(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, count: int
) -> AudienceConfirmed:
    """Confirm the number of members in the audience by typing it. At launch it may differ by 5 %, else it is
    asked again.

    Raises:
        CampaignNotFound, WrongState: when there is no such campaign before its launch.
        AudienceEmpty: when nobody is in it.
        CountDiffers: when the audience has another number of members.
    """
    campaign = lock_campaign(campaign_id, State.DRAFT, State.SUBMITTED, State.APPROVED)
    actual = len(audience_of(campaign, now).members)
    if actual == 0:
        raise AudienceEmpty
    if actual != count:
        raise CountDiffers(actual=actual, typed=count)
    campaign.confirmed_count, campaign.confirmed_by, campaign.confirmed_at = count, actor.key, now
    campaign.save(update_fields=["confirmed_count", "confirmed_by", "confirmed_at"])
    return AudienceConfirmed(campaign.id, count)
