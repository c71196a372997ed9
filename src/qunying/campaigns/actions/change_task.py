"""Change a task of a campaign."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.actions.add_task import TaskSaved, check_task
from qunying.campaigns.models import Task
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text


class TaskNotFound(Problem):
    """No task has this id."""

    code = "campaign_task_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such task.")


def lock_task(task_id: UUID) -> Task:
    """Return a task, its row held until the transaction ends.

    Raises:
        TaskNotFound: when there is none.
    """
    task = Task.objects.select_for_update(no_key=True, of=("self",)).filter(pk=task_id).first()
    if task is None:
        raise TaskNotFound
    return task


@action
def change_task(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    task_id: UUID,
    stage: str,
    title: str,
    due_on: date,
    owner_id: UUID | None = None,
) -> TaskSaved:
    """Set what a task says, its stage, its owner and until when it is due.

    Raises:
        TaskNotFound: when there is none.
        BadTask, BadText, DayOutOfRange: when the task cannot be.
    """
    check_task(stage, owner_id, due_on)
    task = lock_task(task_id)
    task.stage, task.owner_id, task.due_on = stage, owner_id, due_on
    task.title = checked_text(title, field="title", max_length=200)
    task.save()
    return TaskSaved(task.id)
