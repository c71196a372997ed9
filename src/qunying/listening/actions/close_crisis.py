"""Close a crisis with its outcome and its lesson."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.listening.events import CRISIS_CLOSED
from qunying.listening.models import Crisis, CrisisEntry
from qunying.listening.queries.get_crisis import lock_open_crisis
from qunying.stream.record import NewEvent, record


class CrisisTasksOpen(Problem):
    """Tasks are not done."""

    code = "crisis_tasks_open"
    kind = Kind.CONFLICT
    message = _("{count} tasks are not done. Finish them, or say that they are left.")


@action
def close_crisis(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    crisis_id: UUID,
    outcome: str,
    lesson: str,
    leave_tasks: bool = False,
) -> None:
    """Close a crisis. Its lesson stands with the plan of its kind from now on.

    Args:
        outcome: how it ended.
        lesson: what to do better next time.
        leave_tasks: whether tasks that are not done are left so.

    Raises:
        CrisisNotFound, CrisisClosed, CrisisTasksOpen, BadText.
    """
    crisis = lock_open_crisis(crisis_id)
    waiting = crisis.tasks.filter(done_at=None).count()
    if waiting and not leave_tasks:
        raise CrisisTasksOpen(count=waiting)
    crisis.state, crisis.closed_at, crisis.closed_by = Crisis.State.CLOSED, now, actor.key
    crisis.outcome = checked_text(outcome, field="outcome", max_length=2000, lines=True)
    crisis.lesson = checked_text(lesson, field="lesson", max_length=2000, lines=True)
    crisis.save()
    CrisisEntry.objects.create(
        crisis=crisis, kind=CrisisEntry.Kind.CLOSED, text=crisis.outcome, at=now, by=actor.key
    )
    event = NewEvent(
        type=CRISIS_CLOSED,
        occurred_at=now,
        received_at=now,
        community_id=crisis.community_id,
        properties={
            "crisis": str(crisis.id),
            "kind": crisis.kind,
            "minutes": str((now - crisis.opened_at) // timedelta(minutes=1)),
        },
    )
    record(event)
