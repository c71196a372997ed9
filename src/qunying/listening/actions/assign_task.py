"""Give a task of a crisis to a person."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.listening.actions.finish_task import lock_task
from qunying.listening.models import CrisisEntry
from qunying.listening.people import checked_person


@action
def assign_task(*, command_id: str, actor: Actor, now: datetime, task_id: UUID, person_id: UUID) -> None:
    """Give an open task to somebody.

    Raises:
        CrisisTaskNotFound, CrisisTaskDone, CrisisClosed, PersonNotFound.
    """
    task = lock_task(task_id)
    task.person_id = checked_person(person_id)
    task.save(update_fields=["person"])
    CrisisEntry.objects.create(
        crisis=task.crisis,
        kind=CrisisEntry.Kind.ASSIGNED,
        text=f"{task.title} → {task.person}",
        at=now,
        by=actor.key,
    )
