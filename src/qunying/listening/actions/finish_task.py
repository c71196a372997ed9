"""Finish a task of a crisis."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.listening.models import CrisisEntry, CrisisTask
from qunying.listening.queries.get_crisis import lock_open_crisis


class CrisisTaskNotFound(Problem):
    """There is no such task."""

    code = "crisis_task_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such task of a crisis.")


class CrisisTaskDone(Problem):
    """The task was finished before."""

    code = "crisis_task_done"
    kind = Kind.CONFLICT
    message = _("This task is done.")


@action
def finish_task(*, command_id: str, actor: Actor, now: datetime, task_id: UUID, note: str = "") -> None:
    """Mark a task as done; the timeline says by whom, when, and how.

    Raises:
        CrisisTaskNotFound, CrisisTaskDone, CrisisClosed, BadText.
    """
    task = lock_task(task_id)
    words = checked_text(note, field="note", max_length=1000, may_be_empty=True, lines=True)
    task.done_at, task.done_by = now, actor.key
    task.save(update_fields=["done_at", "done_by"])
    CrisisEntry.objects.create(
        crisis=task.crisis,
        kind=CrisisEntry.Kind.DONE,
        text=f"{task.title}: {words}" if words else task.title,
        at=now,
        by=actor.key,
    )


def lock_task(task_id: UUID) -> CrisisTask:
    """Return an open task of an open crisis, whose row is held until the transaction ends.

    Raises:
        CrisisTaskNotFound, CrisisTaskDone, CrisisClosed.
    """
    found = CrisisTask.objects.filter(pk=task_id).first()
    if found is None:
        raise CrisisTaskNotFound
    lock_open_crisis(found.crisis_id)
    task = CrisisTask.objects.select_related("crisis").get(pk=task_id)
    if task.done_at is not None:
        raise CrisisTaskDone
    return task
