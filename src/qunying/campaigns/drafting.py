"""Writing a plan down: the row, its communities, the four stages and the starter tasks."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.models import Campaign, CampaignCommunity, Stage, StageKind, State, Task
from qunying.campaigns.plan import Plan
from qunying.campaigns.queries.get_campaign import CampaignNotFound
from qunying.communities.queries.get_community import get_community
from qunying.kernel.clock import same_instant
from qunying.kernel.problems import Kind, Problem
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_template import get_template as get_message
from qunying.rewards.queries.get_template import get_template as get_offer
from qunying.segments.queries.get_segment import get_segment

DAY = timedelta(days=1)
WEEK = timedelta(days=7)

# stage · what is to be done · days after the stage's first day (counted from its last day when negative)
STARTER_TASKS = (
    (StageKind.PREPARE, _("Agree on goal, theme and selling points"), 0),
    (StageKind.PREPARE, _("Write the texts; see that every claim in them is true and lawful"), 2),
    (StageKind.PREPARE, _("Set up coupon, budget and stock"), -3),
    (StageKind.PREPARE, _("Settle people, resources and dates"), -1),
    (StageKind.LAUNCH, _("Warm up in the communities"), 0),
    (StageKind.LAUNCH, _("Try the offer page and the coupon's rules on a phone"), 0),
    (StageKind.LAUNCH, _("Brief staff and customer service"), 0),
    (StageKind.LAUNCH, _("Launch and look at the first messages"), 0),
    (StageKind.RUN, _("Guide members and answer their questions"), 0),
    (StageKind.RUN, _("Look at the live figures every day"), 1),
    (StageKind.RUN, _("See that rewards arrive on time"), -1),
    (StageKind.RUN, _("Note every adjustment with its reason"), -1),
    (StageKind.REVIEW, _("Check the figures and read the report"), -1),
    (StageKind.REVIEW, _("Note highlights, shortfalls and lessons"), -1),
    (StageKind.REVIEW, _("Return what was borrowed and close what is open"), -1),
    (StageKind.REVIEW, _("Share the result with the team"), -1),
)


class WrongState(Problem):
    """The campaign has not come so far yet, or is beyond this step."""

    code = "campaign_wrong_state"
    kind = Kind.CONFLICT
    message = _("This cannot be done while the campaign is in the state “{state}”.")


class PlanChangedMeanwhile(Problem):
    """The plan is no longer the one that somebody has in front of them."""

    code = "plan_changed_meanwhile"
    kind = Kind.CONFLICT
    message = _(
        "Somebody has changed this plan since you opened it. Nothing was done; look at it as it is now, then do it again if you still want to."
    )


def lock_campaign(campaign_id: UUID, *states: State, seen: datetime | None = None) -> Campaign:
    """Return a campaign, its row held until the transaction ends.

    Args:
        campaign_id: which one.
        states: in which it must be; none named means any.
        seen: when the plan was changed last, as far as whoever acts has seen; None does not ask.

    Raises:
        CampaignNotFound: when there is none.
        WrongState: when it is in another state.
        PlanChangedMeanwhile: when it was changed after that.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound(campaign_id=str(campaign_id))
    if states and campaign.state not in states:
        raise WrongState(state=campaign.state)
    if seen is not None and not same_instant(seen, campaign.changed_at):
        raise PlanChangedMeanwhile
    return campaign


def check_references(plan: Plan) -> None:
    """See to it that everything that a plan names exists.

    Raises:
        Problem: NOT_FOUND for the first that does not.
    """
    if plan.segment_id is not None:
        get_segment(plan.segment_id)
    for community_id in plan.community_ids:
        get_community(community_id)
    if plan.offer_id is not None:
        get_offer(plan.offer_id)
    if plan.channel_id is not None:
        get_channel(plan.channel_id)
    for template_id in (plan.message_template_id, plan.post_template_id):
        if template_id is not None:
            get_message(template_id)


def fill(campaign: Campaign, plan: Plan) -> None:
    """Copy a checked plan into the row; the communities follow with ``save_communities``."""
    for name, value in vars(plan).items():
        if name != "community_ids":
            setattr(campaign, name, value)


def save_communities(campaign: Campaign, community_ids: tuple[UUID, ...]) -> None:
    """Make the plan address exactly these communities."""
    campaign.communities.exclude(community_id__in=community_ids).delete()
    CampaignCommunity.objects.bulk_create(
        [CampaignCommunity(campaign=campaign, community_id=community_id) for community_id in community_ids],
        ignore_conflicts=True,
    )


def stage_days(campaign: Campaign, today: date) -> dict[StageKind, tuple[date, date]]:
    """Return first and last day of each stage as they follow from the campaign's own days."""
    start, end = campaign.starts_on, campaign.ends_on
    measured = start + timedelta(days=campaign.measurement_days)
    return {
        StageKind.PREPARE: (min(today, start - WEEK), start - DAY),
        StageKind.LAUNCH: (start, start),
        StageKind.RUN: (start, end),
        StageKind.REVIEW: (end + DAY, max(end, measured) + WEEK),
    }


def save_stages(campaign: Campaign, today: date) -> None:
    """Set the four stages from the campaign's days."""
    for kind, (starts_on, ends_on) in stage_days(campaign, today).items():
        Stage.objects.update_or_create(
            campaign=campaign, kind=kind, defaults={"starts_on": starts_on, "ends_on": ends_on}
        )


def save_starter_tasks(campaign: Campaign, today: date, now: datetime) -> None:
    """Give a new campaign the checklist that every campaign starts with, in the language of whoever creates
    it.
    """
    days = stage_days(campaign, today)
    Task.objects.bulk_create(
        [
            Task(
                campaign=campaign,
                stage=stage,
                title=str(title),
                due_on=_due(days[stage], offset),
                created_at=now,
            )
            for stage, title, offset in STARTER_TASKS
        ]
    )


def move_tasks(campaign: Campaign, before: tuple[date, date]) -> None:
    """Move the dates of open tasks along with the campaign's first and last day, which were ``before``."""
    by_start, by_end = campaign.starts_on - before[0], campaign.ends_on - before[1]
    moved = list(campaign.tasks.filter(done_at=None))
    for task in moved:
        task.due_on += by_start if task.stage in {StageKind.PREPARE, StageKind.LAUNCH} else by_end
    Task.objects.bulk_update(moved, ["due_on"])


def _due(days: tuple[date, date], offset: int) -> date:
    first, last = days
    wanted = last + (offset + 1) * DAY if offset < 0 else first + offset * DAY
    return min(max(wanted, first), last)
