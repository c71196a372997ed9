"""Open a crisis: the tasks of its plan begin at once."""

from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.listening.events import CRISIS_OPENED
from qunying.listening.models import Crisis, CrisisEntry, CrisisTask
from qunying.listening.people import checked_person
from qunying.listening.plans import Plan, get_plan
from qunying.stream.record import NewEvent, record


@action
def open_crisis(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    kind: str,
    title: str,
    description: str = "",
    community_id: UUID | None = None,
    person_id: UUID | None = None,
) -> UUID:
    """Open a crisis by the plan of its kind, and return its id. The plan may change afterwards; the crisis keeps its steps.

    Args:
        kind: ``dispute``, ``attack``, ``rumour`` or ``fault``.
        community_id: where, if in one community.
        person_id: who is in charge; by default whom the plan names, else whoever opens it.

    Raises:
        PlanNotFound, CommunityNotFound, PersonNotFound, BadText.
    """
    plan = get_plan(kind)
    if community_id is not None:
        get_community(community_id)
    opener = UUID(actor.id) if actor.kind == "staff" else None
    person = checked_person(person_id) or plan.person_id or opener
    crisis = Crisis.objects.create(
        kind=plan.kind,
        title=checked_text(title, field="title", max_length=100),
        description=checked_text(
            description, field="description", max_length=2000, may_be_empty=True, lines=True
        ),
        community_id=community_id,
        person_id=person,
        contacts=plan.contacts,
        texts=[asdict(text) for text in plan.texts],
        opened_at=now,
        opened_by=actor.key,
    )
    _start_tasks(crisis, plan)
    CrisisEntry.objects.create(
        crisis=crisis, kind=CrisisEntry.Kind.OPENED, text=crisis.title, at=now, by=actor.key
    )
    event = NewEvent(
        type=CRISIS_OPENED,
        occurred_at=now,
        received_at=now,
        community_id=community_id,
        properties={"crisis": str(crisis.id), "kind": plan.kind},
    )
    record(event)
    return crisis.id


def _start_tasks(crisis: Crisis, plan: Plan) -> None:
    tasks = [
        CrisisTask(
            crisis=crisis,
            position=position,
            title=step.title,
            person_id=crisis.person_id,
            due_at=crisis.opened_at + timedelta(minutes=step.minutes),
        )
        for position, step in enumerate(plan.steps, 1)
    ]
    CrisisTask.objects.bulk_create(tasks)
