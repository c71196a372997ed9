"""Crises and their tasks."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.listening.models import Crisis, CrisisTask


class CrisisNotFound(Problem):
    """There is no such crisis."""

    code = "crisis_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such crisis.")


class CrisisClosed(Problem):
    """The crisis is closed, and does not change any more."""

    code = "crisis_closed"
    kind = Kind.CONFLICT
    message = _("This crisis is closed.")


def get_crisis(crisis_id: UUID) -> Crisis:
    """Return a crisis.

    Raises:
        CrisisNotFound: when there is none.
    """
    crisis = Crisis.objects.select_related("community", "person").filter(pk=crisis_id).first()
    if crisis is None:
        raise CrisisNotFound
    return crisis


def lock_open_crisis(crisis_id: UUID) -> Crisis:
    """Return a crisis that goes on, its row held until the transaction ends.

    Raises:
        CrisisNotFound, CrisisClosed.
    """
    crisis = Crisis.objects.select_for_update(no_key=True).filter(pk=crisis_id).first()
    if crisis is None:
        raise CrisisNotFound
    if crisis.state != Crisis.State.OPEN:
        raise CrisisClosed
    return crisis


def list_crises(state: str = "") -> QuerySet[Crisis]:
    """Return crises with ``task_count`` and ``open_tasks``, of a state if named, without order."""
    found = Crisis.objects.select_related("community", "person").annotate(
        task_count=Count("tasks"), open_tasks=Count("tasks", filter=Q(tasks__done_at=None))
    )
    return found.filter(state=state) if state else found


def list_my_tasks(user_id: UUID) -> list[CrisisTask]:
    """Return the tasks of open crises that wait for a person, the most urgent first."""
    found = CrisisTask.objects.filter(person=user_id, done_at=None, crisis__state=Crisis.State.OPEN)
    return list(found.select_related("crisis").order_by("due_at"))


def list_tasks(crisis_id: UUID) -> list[CrisisTask]:
    """Return the tasks of a crisis in the order of its plan."""
    return list(CrisisTask.objects.filter(crisis=crisis_id).select_related("person").order_by("position"))
