"""Tick a task off, or open it again."""

from datetime import datetime
from uuid import UUID

from qunying.campaigns.actions.add_task import TaskSaved
from qunying.campaigns.actions.change_task import lock_task
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def finish_task(
    *, command_id: str, actor: Actor, now: datetime, task_id: UUID, done: bool = True
) -> TaskSaved:
    """Mark a task as done, by whom and when; ``done=False`` opens it again.

    Raises:
        TaskNotFound: when there is none.
    """
    task = lock_task(task_id)
    if done != (task.done_at is not None):
        task.done_at, task.done_by = (now, actor.key) if done else (None, "")
        task.save()
    return TaskSaved(task.id)
