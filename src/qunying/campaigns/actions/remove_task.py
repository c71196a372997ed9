"""Take a task off a campaign."""

from datetime import datetime
from uuid import UUID

from qunying.campaigns.actions.add_task import TaskSaved
from qunying.campaigns.actions.change_task import lock_task
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def remove_task(*, command_id: str, actor: Actor, now: datetime, task_id: UUID) -> TaskSaved:
    """Delete a task that is not wanted. The audit keeps what it said.

    Raises:
        TaskNotFound: when there is none.
    """
    lock_task(task_id).delete()
    return TaskSaved(task_id)
