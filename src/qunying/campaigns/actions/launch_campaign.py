"""Launch an approved campaign."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.accounts.queries.get_brand import get_brand
from qunying.campaigns.arms import place
from qunying.campaigns.audience import AudienceEmpty, audience_of
from qunying.campaigns.drafting import WrongState, lock_campaign
from qunying.campaigns.events import CAMPAIGN_LAUNCHED
from qunying.campaigns.freezing import freeze
from qunying.campaigns.models import Arm, Campaign, State
from qunying.campaigns.obstacles import require_ready
from qunying.campaigns.reaching import hold_out, open_offer, plan_messages, plan_posts
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import NewEvent, record

LARGEST_CHANGE = 0.05


class TooEarly(Problem):
    """The first day has not come."""

    code = "campaign_too_early"
    kind = Kind.CONFLICT
    message = _("This campaign begins on {day}. Change the plan to launch it earlier.")


class AudienceChanged(Problem):
    """The audience is not what was confirmed any more."""

    code = "audience_changed"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "The audience had {confirmed} member when it was confirmed and has {actual} now. Confirm it again.",
        "The audience had {confirmed} members when it was confirmed and has {actual} now. Confirm it again.",
        "confirmed",
    )


@dataclass(frozen=True)
class Launched:
    """The running campaign: how its audience was divided, and what is on its way."""

    campaign_id: UUID
    launched_at: datetime
    audience: int
    treatment: int
    control: int
    outside: int
    measured_by: str
    planned_messages: int
    planned_posts: int


@action
def launch_campaign(*, command_id: str, actor: Actor, now: datetime, campaign_id: UUID) -> Launched:
    """Freeze the audience, assign the arms once, and start: budget, offer, holdout, messages and posts, all
    or nothing.

    Raises:
        CampaignNotFound, WrongState: when there is no such approved campaign.
        TooEarly: before its first day.
        AudienceChanged: when the audience differs from what was confirmed by more than 5 %.
        AudienceEmpty: when nobody is in it.
        Problem: any obstacle of the pre-flight.
    """
    campaign = lock_campaign(campaign_id)
    if campaign.state != State.APPROVED:
        raise WrongState(state=campaign.state)
    require_ready(campaign, now)
    if campaign.starts_on > local_day(now, get_brand().zone):
        raise TooEarly(day=str(campaign.starts_on))
    audience = audience_of(campaign, now)
    _check_count(campaign, len(audience.members))
    placement = place(campaign, audience.members, audience.by_community)
    campaign.state = State.RUNNING
    campaign.launched_at, campaign.audience_as_of = now, audience.as_of
    campaign.measured_by = placement.measured_by
    sizes = {arm: placement.count(arm) for arm in Arm}
    campaign.treatment_count, campaign.control_count = sizes[Arm.TREATMENT], sizes[Arm.CONTROL]
    campaign.save()
    freeze(campaign, placement, now)
    open_offer(campaign, command_id, actor, now)
    hold_out(campaign, placement, command_id, actor, now)
    messages = plan_messages(campaign, placement, command_id, actor, now)
    posts = plan_posts(campaign, command_id, actor, now)
    record(_event(campaign, sizes, now))
    return Launched(
        campaign.id,
        now,
        len(audience.members),
        sizes[Arm.TREATMENT],
        sizes[Arm.CONTROL],
        sizes[Arm.OUTSIDE],
        campaign.measured_by,
        messages,
        posts,
    )


def _check_count(campaign: Campaign, actual: int) -> None:
    if actual == 0:
        raise AudienceEmpty
    confirmed = campaign.confirmed_count or 0
    if abs(actual - confirmed) > LARGEST_CHANGE * confirmed:
        raise AudienceChanged(confirmed=confirmed, actual=actual)


def _event(campaign: Campaign, sizes: dict[Arm, int], now: datetime) -> NewEvent:
    return NewEvent(
        type=CAMPAIGN_LAUNCHED,
        occurred_at=now,
        received_at=now,
        campaign_id=campaign.id,
        properties={
            "treatment": str(sizes[Arm.TREATMENT]),
            "control": str(sizes[Arm.CONTROL]),
            "measured_by": campaign.measured_by,
        },
    )
