"""The API's crises."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, YesNo
from qunying.listening.actions.assign_task import assign_task
from qunying.listening.actions.change_plan import LONGEST_MINUTES, MOST_STEPS, MOST_TEXTS, change_plan
from qunying.listening.actions.close_crisis import close_crisis
from qunying.listening.actions.finish_task import finish_task
from qunying.listening.actions.note_crisis import note_crisis
from qunying.listening.actions.open_crisis import open_crisis
from qunying.listening.models import Crisis, CrisisKind
from qunying.listening.plans import PreparedText, Step, list_plans
from qunying.listening.queries.get_crisis import get_crisis, list_crises

router = Router()
Long = Annotated[str, Field(max_length=2000, pattern=PLAIN)]
Said = Annotated[str, Field(min_length=1, max_length=2000, pattern=PLAIN)]


class CrisisIn(Schema, extra="forbid"):
    """A crisis to open."""

    kind: Literal[tuple(CrisisKind.values)]  # type: ignore[valid-type]
    title: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    description: Long = ""
    community_id: UUID | None = None
    person_id: UUID | None = None


class IdOut(Schema):
    """The id of what was made."""

    id: UUID


class TaskOut(Schema):
    """A task of a crisis."""

    id: UUID
    position: int
    title: str
    person_id: UUID | None
    due_at: datetime
    done_at: datetime | None
    done_by: str


class EntryOut(Schema):
    """A line of the timeline."""

    kind: str
    text: str
    at: datetime
    by: str


class CrisisOut(Schema):
    """A crisis."""

    id: UUID
    kind: str
    title: str
    description: str
    community_id: UUID | None
    person_id: UUID | None
    state: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    outcome: str
    lesson: str


class WholeCrisisOut(CrisisOut):
    """A crisis with everything that belongs to it."""

    contacts: str
    texts: list[dict[str, Any]]
    tasks: list[TaskOut]
    timeline: list[EntryOut]


class CrisisPage(Schema):
    """A page of crises."""

    items: list[CrisisOut]
    next_cursor: str | None


class NoteIn(Schema, extra="forbid"):
    """What happened."""

    text: Said


class DoneIn(Schema, extra="forbid"):
    """How a task was done."""

    note: Annotated[str, Field(max_length=1000, pattern=PLAIN)] = ""


class PersonIn(Schema, extra="forbid"):
    """Who does it."""

    person_id: UUID


class ClosingIn(Schema, extra="forbid"):
    """How a crisis ended."""

    outcome: Said
    lesson: Said
    leave_tasks: YesNo = False


class StepShape(Schema, extra="forbid"):
    """A step: what, within how many minutes."""

    title: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    minutes: Annotated[int, Field(ge=0, le=LONGEST_MINUTES)]


class TextShape(Schema, extra="forbid"):
    """A prepared text."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    text: Said


class PlanIn(Schema, extra="forbid"):
    """A plan; without steps or texts those hold that are shipped."""

    steps: Annotated[list[StepShape], Field(max_length=MOST_STEPS)] = []
    texts: Annotated[list[TextShape], Field(max_length=MOST_TEXTS)] = []
    contacts: Long = ""
    person_id: UUID | None = None


class PlanOut(Schema):
    """A plan as it holds now."""

    kind: str
    steps: list[StepShape]
    texts: list[TextShape]
    contacts: str
    person_id: UUID | None
    is_own: bool
    lessons: list[str]


class PlanList(Schema):
    """The plans of all kinds."""

    items: list[PlanOut]


@router.get("/crises", response=CrisisPage, operation_id="listening.list_crises")
def crises(
    request: ApiRequest,
    state: Literal[tuple(Crisis.State.values)] | None = None,  # type: ignore[valid-type]
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return crises, latest first."""
    request.actor.require("listening.view")
    found = cut_page(list_crises(state or ""), order_by="-opened_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/crises", response={201: IdOut}, operation_id="listening.open_crisis")
def begin(request: ApiRequest, body: CrisisIn) -> object:
    """Open a crisis; the tasks of its plan begin at once."""
    return 201, {"id": open_crisis(**body.dict(), **act_of(request))}


# Before the paths with an id: “plans” would be taken for one.
@router.get("/crises/plans", response=PlanList, operation_id="listening.list_plans")
def plans(request: ApiRequest) -> object:
    """Return the plans of all kinds."""
    request.actor.require("listening.view")
    return {"items": list_plans()}


@router.put("/crises/plans/{kind}", response={204: None}, operation_id="listening.change_plan")
def plan(
    request: ApiRequest,
    kind: Literal[tuple(CrisisKind.values)],  # type: ignore[valid-type]
    body: PlanIn,
) -> object:
    """Write the plan of a kind; running crises keep theirs."""
    change_plan(
        kind=kind,
        steps=[Step(**step.dict()) for step in body.steps],
        texts=[PreparedText(**text.dict()) for text in body.texts],
        contacts=body.contacts,
        person_id=body.person_id,
        **act_of(request),
    )
    return 204, None


@router.get("/crises/{crisis_id}", response=WholeCrisisOut, operation_id="listening.get_crisis")
def crisis(request: ApiRequest, crisis_id: UUID) -> object:
    """Return a crisis with tasks and timeline."""
    request.actor.require("listening.view")
    found = get_crisis(crisis_id)
    out = CrisisOut.from_orm(found).dict()
    return {
        **out,
        "contacts": found.contacts,
        "texts": found.texts,
        "tasks": list(found.tasks.all()),
        "timeline": list(found.timeline.all()),
    }


@router.post("/crises/{crisis_id}/notes", response={204: None}, operation_id="listening.note_crisis")
def note(request: ApiRequest, crisis_id: UUID, body: NoteIn) -> object:
    """Write a line into the timeline."""
    note_crisis(crisis_id=crisis_id, text=body.text, **act_of(request))
    return 204, None


@router.post("/crises/{crisis_id}/close", response={204: None}, operation_id="listening.close_crisis")
def close(request: ApiRequest, crisis_id: UUID, body: ClosingIn) -> object:
    """Close a crisis with its outcome and its lesson."""
    close_crisis(crisis_id=crisis_id, **body.dict(), **act_of(request))
    return 204, None


@router.post("/crises/tasks/{task_id}/done", response={204: None}, operation_id="listening.finish_task")
def finish(request: ApiRequest, task_id: UUID, body: DoneIn) -> object:
    """Finish a task."""
    finish_task(task_id=task_id, note=body.note, **act_of(request))
    return 204, None


@router.post("/crises/tasks/{task_id}/person", response={204: None}, operation_id="listening.assign_task")
def assign(request: ApiRequest, task_id: UUID, body: PersonIn) -> object:
    """Give a task to a person on the staff."""
    assign_task(task_id=task_id, person_id=body.person_id, **act_of(request))
    return 204, None
