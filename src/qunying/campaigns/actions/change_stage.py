"""Move one stage of a campaign."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import Stage, StageKind, State
from qunying.campaigns.plan import LONGEST_DAYS, check_days
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class BadStage(Problem):
    """There is no such stage, or its days are in the wrong order."""

    code = "bad_campaign_stage"
    kind = Kind.INVALID
    message = _("A stage needs a first day and a last day on or after it, at most {days} days.")


@dataclass(frozen=True)
class StageChanged:
    """The stage that was moved."""

    campaign_id: UUID
    stage: str


@action
def change_stage(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    stage: str,
    starts_on: date,
    ends_on: date,
) -> StageChanged:
    """Set the first and last day of a stage (``prepare``, ``launch``, ``run``, ``review``). Tasks keep their
    dates.

    Raises:
        CampaignNotFound, WrongState: when there is no such campaign, or it is over.
        BadStage, DayOutOfRange: when the stage or its days cannot be.
    """
    check_days(starts_on, ends_on)
    campaign = lock_campaign(campaign_id, State.DRAFT, State.SUBMITTED, State.APPROVED, State.RUNNING)
    if stage not in StageKind.values or not 0 <= (ends_on - starts_on).days <= LONGEST_DAYS:
        raise BadStage(days=LONGEST_DAYS)
    Stage.objects.update_or_create(
        campaign=campaign, kind=stage, defaults={"starts_on": starts_on, "ends_on": ends_on}
    )
    return StageChanged(campaign.id, stage)
