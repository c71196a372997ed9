"""Add a task to a campaign."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.campaigns.drafting import lock_campaign
from qunying.campaigns.models import StageKind, State, Task
from qunying.campaigns.plan import check_days
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

OPEN_STATES = (State.DRAFT, State.SUBMITTED, State.APPROVED, State.RUNNING, State.CLOSED)


class BadTask(Problem):
    """The task names no stage, or an owner who is not on the staff."""

    code = "bad_campaign_task"
    kind = Kind.INVALID
    message = _("A task needs one of the four stages, and an owner on the staff or none.")


@dataclass(frozen=True)
class TaskSaved:
    """The task."""

    task_id: UUID


def check_task(stage: str, owner_id: UUID | None, due_on: date) -> None:
    """See to it that a stage and an owner exist, and that the day can be.

    Raises:
        BadTask: when they do not.
        DayOutOfRange: when it cannot.
    """
    check_days(due_on)
    if stage not in StageKind.values or (owner_id is not None and find_staff(owner_id) is None):
        raise BadTask


@action
def add_task(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID,
    stage: str,
    title: str,
    due_on: date,
    owner_id: UUID | None = None,
) -> TaskSaved:
    """Add a task to a stage, for somebody on the staff or for nobody yet.

    Raises:
        CampaignNotFound, WrongState: when there is no such campaign, or it was cancelled.
        BadTask, BadText, DayOutOfRange: when the task cannot be.
    """
    check_task(stage, owner_id, due_on)
    campaign = lock_campaign(campaign_id, *OPEN_STATES)
    task = Task.objects.create(
        campaign=campaign,
        stage=stage,
        title=checked_text(title, field="title", max_length=200),
        owner_id=owner_id,
        due_on=due_on,
        created_at=now,
    )
    return TaskSaved(task.id)
